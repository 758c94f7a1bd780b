/** Policy server (SMTPD_POLICY_README), tcp_table(5) and socketmap_table(5) servers. */
import net from 'node:net';
import type { ServiceSpec } from '../types.ts';
import { listen, readLines, type HelperService, type ServiceEnvironment } from './service.ts';

function serve(
  spec: ServiceSpec,
  environment: ServiceEnvironment,
  log: readonly unknown[],
  onSocket: (socket: net.Socket) => void,
): HelperService {
  const server = net.createServer(onSocket);
  return {
    start: () => listen(server, { unix: spec.unix, port: environment.ports[spec.name ?? ''] }),
    stop: () => server.close(),
    transcript: () => log,
  };
}

interface PolicyRule {
  readonly when?: Readonly<Record<string, string>>;
  readonly action: string;
}

/** spec: rules [{ when: { attribute: value }, action }], default, hangup, garbage. */
export function createPolicyServer(spec: ServiceSpec, environment: ServiceEnvironment): HelperService {
  const requests: [string, string][][] = [];
  const rules = (spec.rules ?? []) as readonly PolicyRule[];
  const answer = (attributes: readonly (readonly [string, string])[]) => {
    const values = new Map(attributes);
    const rule = rules.find(({ when }) =>
      Object.entries(when ?? {}).every(([k, v]) => (values.get(k) ?? '') === v),
    );
    return rule?.action ?? (spec.default as string | undefined) ?? 'DUNNO';
  };
  return serve(spec, environment, requests, (socket) => {
    let attributes: [string, string][] = [];
    readLines(socket, (line) => {
      const at = line.indexOf('=');
      if (line !== '') {
        attributes.push([line.slice(0, at), line.slice(at + 1)]);
        return;
      }
      requests.push(attributes);
      const action = answer(attributes);
      attributes = [];
      if (spec.hangup === true) socket.destroy();
      else socket.write(typeof spec.garbage === 'string' ? spec.garbage : `action=${action}\n\n`);
    });
  });
}

const percent = (text: string) =>
  // eslint-disable-next-line no-control-regex -- tcp_table(5) encodes exactly these
  text.replace(/[% \x00-\x1f\x7f-\xff]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** spec: map { key: value }, error. */
export function createTcpTable(spec: ServiceSpec, environment: ServiceEnvironment): HelperService {
  const log: string[] = [];
  const map = (spec.map ?? {}) as Readonly<Record<string, string>>;
  return serve(spec, environment, log, (socket) => {
    readLines(socket, (line) => {
      log.push(line);
      const value = map[decodeURIComponent(line.replace(/^get /, ''))];
      if (typeof spec.error === 'string') socket.write(`400 ${encodeURIComponent(spec.error)}\n`);
      else socket.write(value === undefined ? '500 not%20found\n' : `200 ${percent(value)}\n`);
    });
  });
}

/** spec: maps { name: { key: value } }, reply. */
export function createSocketMap(spec: ServiceSpec, environment: ServiceEnvironment): HelperService {
  const log: string[] = [];
  const maps = (spec.maps ?? {}) as Readonly<Record<string, Readonly<Record<string, string>>>>;
  const answer = (request: string): string => {
    const at = request.indexOf(' ');
    const value = maps[request.slice(0, at)]?.[request.slice(at + 1)];
    if (typeof spec.reply === 'string') return spec.reply;
    if (value === undefined) return 'NOTFOUND ';
    return /^(TEMP|PERM|TIMEOUT) /.test(value) ? value : `OK ${value}`;
  };
  return serve(spec, environment, log, (socket) => {
    let buffer = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      buffer = Buffer.concat([buffer, chunk]);
      for (;;) {
        const colon = buffer.indexOf(':');
        const length = Number(buffer.subarray(0, Math.max(0, colon)).toString());
        if (colon < 0 || buffer.length < colon + length + 2) return;
        const request = buffer.subarray(colon + 1, colon + 1 + length).toString();
        buffer = buffer.subarray(colon + length + 2);
        log.push(request);
        const reply = answer(request);
        socket.write(`${Buffer.byteLength(reply)}:${reply},`);
      }
    });
  });
}
