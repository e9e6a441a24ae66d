// The real program, one per test: own home, own session, any free port.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const binary = process.env.WEIR_BINARY;

/// A fresh home folder with the environment that keeps a program inside it; remove() deletes it.
export function temporaryHome() {
    const home = mkdtempSync(join(tmpdir(), 'weir-e2e-'));
    const runtime = join(home, 'run');
    mkdirSync(runtime, { mode: 0o700 });
    return {
        path: home,
        environment: {
            PATH: process.env.PATH, HOME: home, TMPDIR: home, LANG: 'C.UTF-8',
            XDG_CONFIG_HOME: join(home, 'config'), XDG_DATA_HOME: join(home, 'data'),
            XDG_CACHE_HOME: join(home, 'cache'), XDG_RUNTIME_DIR: runtime,
            // Sanitizer builds take their options from outside.
            ...Object.fromEntries(Object.entries(process.env).filter(([key]) => key.endsWith('SAN_OPTIONS'))),
        },
        remove() { rmSync(home, { recursive: true, force: true, maxRetries: 5 }); },
    };
}

/// Starts `weir serve` and waits for its ready line.
export async function startWeir(args = [], home = temporaryHome()) {
    const child = spawn(binary, ['serve', '--port', '0', ...args],
        { env: home.environment, cwd: home.path, stdio: ['ignore', 'pipe', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (text) => { errors += text; });
    const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    const firstLine = new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
    const line = await Promise.race([firstLine, exited.then(() => '')]);
    const url = /^weir: listening on (http:\/\/\S+)$/.exec(line)?.[1];
    if (!url) {
        child.kill('SIGKILL');
        throw new Error(`weir serve is not ready: ${JSON.stringify(line)} ${errors}`);
    }
    return new Weir(child, exited, url, home, () => errors);
}

class Weir {
    constructor(child, exited, url, home, errors) {
        Object.assign(this, { child, exited, url, home, errors });
    }

    get pid() { return this.child.pid; }

    /// GET under /weir/, as JSON; fails on any status but 200.
    async get(path) {
        const answer = await fetch(`${this.url}/weir/${path}`);
        const text = await answer.text();
        if (answer.status !== 200) throw new Error(`/weir/${path}: ${answer.status} ${text}`);
        return JSON.parse(text);
    }

    /// Every item of a list ("events", "requests"), in order of commit.
    async all(list) {
        const items = [];
        for (let after = 0; ;) {
            const page = await this.get(`${list}?limit=1000&order=asc${after ? `&after=${after}` : ''}`);
            items.push(...page[list]);
            if (!page.next) return items;
            after = page.next;
        }
    }

    /// Ends it as a user would, and removes its folder. Fails when it does not end cleanly.
    async stop() {
        this.child.kill('SIGTERM');
        const { code, signal } = await this.exited;
        this.home.remove();
        if (code !== 0) throw new Error(`weir ended with ${code ?? signal}: ${this.errors()}`);
    }

    async kill() {
        this.child.kill('SIGKILL');
        await this.exited;
    }
}

/// Runs `body` against a fresh Weir, which is ended whatever happens.
export async function withWeir(body, args = []) {
    const weir = await startWeir(args);
    try {
        await body(weir);
    } catch (error) {
        await weir.kill();
        weir.home.remove();
        throw error;
    }
    await weir.stop();
}
