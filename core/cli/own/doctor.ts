/** `sandpost doctor`: can a sandbox work here, and if not, why. Changes nothing. */
import { accessSync, constants, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import path from 'node:path';
import { checkConfig } from '../../config/check.ts';
import type { Context } from '../context.ts';
import { parseOptions } from '../options.ts';
import { findPortHolder } from '../../smtpd/port-holder.ts';
import { loadConfig } from '../../config/load.ts';
import { withConnection } from '../context.ts';

interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'warning' | 'bad';
  readonly detail: string;
}

/** better-sqlite3's binary needs it: Node 22.14, or any newer. */
const NODE_API = 10;
const HTTP_PORT = 8025;

const finding = (what: string, state: Finding['state'], detail: string): Finding => ({ what, state, detail });
const text = (error: unknown) => (error instanceof Error ? error.message : String(error));

function checkRuntime(): readonly Finding[] {
  const napi = Number(process.versions['napi'] ?? 0);
  const found = `Node ${process.versions.node}, Node-API ${napi}, ${process.platform} ${process.arch}`;
  const runtime =
    napi >= NODE_API
      ? finding('runtime', 'ok', found)
      : finding(
          'runtime',
          'bad',
          `${found}: Node 22.14 or newer is needed (in the repository: npm ci brings one)`,
        );
  if (napi < NODE_API) return [runtime];
  try {
    createRequire(import.meta.url)('better-sqlite3');
    return [runtime, finding('database library', 'ok', 'better-sqlite3 loads')];
  } catch (error) {
    return [runtime, finding('database library', 'bad', `better-sqlite3 does not load: ${text(error)}`)];
  }
}

/** The folder, or the nearest one above that exists, must be writable. */
function checkFolder(what: string, folder: string): Finding {
  let existing = folder;
  while (!existsSync(existing)) existing = path.dirname(existing);
  try {
    accessSync(existing, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return finding(what, 'bad', `${existing} is not writable`);
  }
  return finding(what, 'ok', existing === folder ? folder : `${folder} (made at the first start)`);
}

function checkFiles(configDir: string): readonly Finding[] {
  if (!existsSync(path.join(configDir, 'main.cf'))) {
    return [finding('configuration', 'ok', 'none yet: the first start writes it')];
  }
  const problems = checkConfig(configDir);
  if (problems.length === 0) return [finding('configuration', 'ok', 'no problem found')];
  return problems.map(({ severity, file, line, message }) =>
    finding(
      'configuration',
      severity === 'error' ? 'bad' : severity === 'warning' ? 'warning' : 'ok',
      `${file}${line > 0 ? `:${line}` : ''}: ${message}`,
    ),
  );
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ host: '127.0.0.1', port }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

function configuredPorts(configDir: string): readonly number[] {
  if (!existsSync(path.join(configDir, 'master.cf'))) return [1025];
  try {
    return loadConfig(configDir)
      .services.filter(({ type }) => type === 'inet')
      .map(({ name }) => Number(name.split(':').at(-1)))
      .filter((port) => Number.isInteger(port) && port > 0);
  } catch {
    // What is wrong with the configuration is a finding of its own.
    return [];
  }
}

async function checkPorts(configDir: string): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const port of [...configuredPorts(configDir), HTTP_PORT]) {
    if (await canListen(port)) found.push(finding(`port ${port}`, 'ok', 'free'));
    else
      found.push(
        finding(`port ${port}`, 'bad', `in use by ${(await findPortHolder(port)) ?? 'another program'}`),
      );
  }
  return found;
}

async function checkRunning(context: Context): Promise<readonly Finding[]> {
  const entry = context.running();
  if (entry === undefined) {
    return [
      finding('sandbox', 'ok', 'not running; start it with "sandpost serve"'),
      ...(await checkPorts(context.folders.configDir)),
    ];
  }
  try {
    const status = await withConnection(context, ({ client }) => client.sandbox.status());
    const ports = status.listeners.map(({ host, port }) => `${host}:${port}`).join(' ');
    return [
      finding('sandbox', 'ok', `running, process ${status.pid}, smtp ${ports}, ${status.http ?? 'no HTTP'}`),
      ...status.warnings.map((warning) => finding('sandbox', 'warning', warning)),
    ];
  } catch (error) {
    return [finding('sandbox', 'bad', `process ${entry.pid} does not answer: ${text(error)}`)];
  }
}

export async function run(context: Context, args: readonly string[]): Promise<number> {
  const { values } = parseOptions(args, { json: { type: 'boolean' } });
  const { configDir, dataDir } = context.folders;
  const findings = [
    ...checkRuntime(),
    checkFolder('configuration folder', configDir),
    checkFolder('data folder', dataDir),
    ...checkFiles(configDir),
    ...(await checkRunning(context)),
  ];
  const isWell = findings.every(({ state }) => state !== 'bad');
  if (values.json === true) context.out(`${JSON.stringify({ ok: isWell, findings })}\n`);
  else for (const { what, state, detail } of findings) context.out(`${state.padEnd(7)} ${what}: ${detail}\n`);
  return isWell ? 0 : 1;
}
