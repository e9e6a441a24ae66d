// Overrides as posthog-python sees them, through its public client in a process of its own.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Skip } from './cases.mjs';
import { key, user } from './overrides.mjs';

const program = fileURLToPath(new URL('flagclient.py', import.meta.url));

/// One line of JSON for each question, one for its answer.
class Client {
    constructor(url, local) {
        const interpreter = process.env.WEIR_TEST_PYTHON ?? 'python3';
        this.child = spawn(interpreter, ['-W', 'ignore', program, url, key, user, local ? 'local' : 'remote'], { stdio: ['pipe', 'pipe', 'inherit'] });
        this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
        this.exited = new Promise((resolve) => this.child.once('exit', resolve).once('error', () => resolve(127)));
    }

    async next() {
        const { value, done } = await this.lines.next();
        if (done) throw new Error(`posthog-python ended with ${await this.exited}`);
        return JSON.parse(value);
    }

    ask(question) {
        this.child.stdin.write(`${JSON.stringify(question)}\n`);
        return this.next();
    }

    async close() {
        this.child.stdin.end();
        const code = await this.exited;
        if (code !== 0) throw new Error(`posthog-python ended with ${code}`);
    }
}

/// A client as `flagSdks` tells of.
export async function pythonClient(weir, local) {
    const client = new Client(weir.url, local);
    const { version } = await client.next().catch(() => ({}));
    if (!version) throw new Skip('posthog-python is not installed');
    return { ask: (flag) => client.ask({ flag }), close: () => client.close() };
}
