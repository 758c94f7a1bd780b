/** check_policy_service: a service that nobody serves makes every client wait, or get 451. */
import { join } from 'node:path';
import type { ConfigProblem } from '../config.ts';
import type { CheckInput } from './input.ts';
import { withoutWords } from './lines.ts';
import { listsOf } from './restriction-words.ts';

export type PolicyServer =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: string }
  | { readonly kind: 'socket'; readonly path: string };

/** Whether somebody answers there now. */
export type IsServed = (server: PolicyServer) => Promise<boolean>;

interface Use {
  readonly server: PolicyServer;
  readonly problem: ConfigProblem;
}

/** Those that master.cf does not start itself, each to be asked for. */
export async function policyProblems(
  input: CheckInput,
  isServed: IsServed,
): Promise<readonly ConfigProblem[]> {
  const uses = usesIn(input).filter(({ server }) => !isOwnService(server, input));
  const answers = await Promise.all(uses.map(({ server }) => isServed(server)));
  return uses.filter((_use, index) => answers[index] !== true).map(({ problem }) => problem);
}

function usesIn({ settings, scope, texts }: CheckInput): readonly Use[] {
  return listsOf(settings, scope, texts).flatMap(({ name, origin, restrictions }) =>
    restrictions.flatMap((one) => {
      if (one.name !== 'check_policy_service') return [];
      const server = serverOf(one.argument, scope.expanded('queue_directory') ?? '');
      if (server === undefined) return [];
      const problem: ConfigProblem = {
        severity: 'warning',
        file: origin.file,
        line: one.words[0]?.line ?? origin.line,
        parameter: name,
        rule: 'policy-service',
        message: `${name}: nobody serves ${one.argument} now: mail is answered with ${answer(scope.expanded('smtpd_policy_service_default_action'))}`,
        fix: {
          title: 'Do not ask this policy service',
          edits: withoutWords(texts(origin.file) ?? '', origin.file, one.words),
        },
      };
      return [{ server, problem }];
    }),
  );
}

const answer = (action: string | undefined) => (action === undefined || action === '' ? '451 4.3.5' : action);

/** `inet:127.0.0.1:10030`, `unix:private/policy`, `{ inet:..., timeout=3s }`. */
function serverOf(written: string, queueDirectory: string): PolicyServer | undefined {
  const name = written.replace(/^\{\s*/, '').split(/[\s,}]/)[0] ?? '';
  const [, host = '', port = ''] = /^inet:(.*):(\w+)$/.exec(name) ?? [];
  if (port !== '')
    return { kind: 'tcp', host: host === '' ? 'localhost' : host.replace(/^\[|\]$/g, ''), port };
  const path = /^unix:(.*)$/.exec(name)?.[1];
  return path === undefined
    ? undefined
    : { kind: 'socket', path: join(path.startsWith('/') ? '' : queueDirectory, path) };
}

const isLocal = (host: string) => host === '' || host === 'localhost' || host === '127.0.0.1';

function isOwnService(server: PolicyServer, { settings, scope }: CheckInput): boolean {
  const spawned = settings.services.filter(({ command }) => /(?:^|\/)spawn$/.test(command));
  if (server.kind === 'tcp')
    return spawned.some(({ type, name }) => {
      const [, host = '', port = name] = /^(?:(.*):)?(\w+)$/.exec(name) ?? [];
      return (
        type === 'inet' &&
        port === server.port &&
        (host === server.host || (isLocal(host) && isLocal(server.host)))
      );
    });
  const folder = join(scope.expanded('queue_directory') ?? '');
  return spawned.some(
    ({ type, name }) =>
      type === 'unix' &&
      [`private/${name}`, `public/${name}`].some((path) => join(folder, path) === server.path),
  );
}

/** Names of ports are those of the system's list, as far as anybody uses them here. */
export const endpointOf = (
  server: PolicyServer,
): { path: string } | { host: string; port: number } | undefined => {
  if (server.kind === 'socket') return { path: server.path };
  const port = Number(server.port);
  return Number.isInteger(port) ? { host: server.host, port } : undefined;
};
