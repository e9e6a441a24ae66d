// A web page of our own on another origin than Weir's, whose script bundles one unmodified SDK.
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const pages = join(dirname(fileURLToPath(import.meta.url)), '..', 'pages');

/// Serves a page with pages/NAME.mjs as its script; {url, close()}.
export async function serveSite(name) {
    const { outputFiles } = await build({
        entryPoints: [join(pages, `${name}.mjs`)], bundle: true, write: false, format: 'iife', platform: 'browser',
        logLevel: 'error', define: { 'process.env.NODE_ENV': '"production"', global: 'window' },
    });
    const script = Buffer.from(outputFiles[0].contents);
    const server = createServer((request, response) => {
        if (request.url === '/script.js') {
            response.writeHead(200, { 'Content-Type': 'application/javascript' }).end(script);
        } else if (request.url === '/favicon.ico') {
            response.writeHead(204).end();
        } else {
            response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' })
                .end('<!doctype html><title>Shop</title><h1>Shop</h1><script src="/script.js"></script>');
        }
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
        url: `http://localhost:${server.address().port}/`,
        close() { server.closeAllConnections(); server.close(); },
    };
}
