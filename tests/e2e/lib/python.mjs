// Overrides as posthog-python sees them, through its public client in a process of its own.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Skip } from './cases.mjs';
import { check, checkCalls, checkServed, clear, isForOthers, key, override, rows, user } from './overrides.mjs';
import { withWeir } from './weir.mjs';

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

/// The SDK with or without local evaluation through all rows, each followed by its removal.
export function python(local) {
    return () => withWeir(async (weir) => {
        const client = new Client(weir.url, local);
        const { version } = await client.next().catch(() => ({}));
        if (!version) throw new Skip('posthog-python is not installed');
        for (const [name, flag, body, value, payload] of rows) {
            if (local && isForOthers(body)) continue;
            await override(weir, flag, body);
            check(name, await client.ask({ flag }), value, payload);
            await clear(weir);
            check(`${name}, removed`, await client.ask({ flag }), undefined, undefined);
        }
        await client.close();
        await checkServed(weir, 'posthog-python', local);
        await checkCalls(weir, `posthog-python ${version}`);
    });
}
