/** Helper servers that a scenario can ask for. All listen on loopback or on a Unix socket. */
import { createDnsService } from './services/dns.ts';
import { createProgram } from './services/program.ts';
import { createPolicyServer, createSocketMap, createTcpTable } from './services/lookups.ts';
import { createSmtpSink } from './services/smtp-sink.ts';
import type { ServiceEnvironment, HelperService } from './services/service.ts';
import type { ServiceSpec } from './types.ts';

export type { HelperService } from './services/service.ts';

const KINDS: Readonly<Record<string, (spec: ServiceSpec, environment: ServiceEnvironment) => HelperService>> =
  {
    'smtp-sink': createSmtpSink,
    policy: createPolicyServer,
    'tcp-table': createTcpTable,
    socketmap: createSocketMap,
    dns: createDnsService,
    program: createProgram,
  };

export function createService(spec: ServiceSpec, environment: ServiceEnvironment): HelperService {
  const create = KINDS[spec.type];
  if (create === undefined) throw new Error(`unknown service type ${spec.type}`);
  return create(spec, environment);
}

const VOLATILE: Readonly<Record<string, string>> = {
  instance: '{instance}',
  client_port: '{port}',
  server_port: '{server_port}',
  size: '{size}',
};

function scrubAttribute([name, value]: readonly [string, string]): readonly [string, string] {
  const isUnknownSize = name === 'size' && value === '0';
  return [name, value === '' || isUnknownSize ? value : (VOLATILE[name] ?? value)];
}

interface SinkSession {
  readonly commands?: readonly string[];
  readonly messages?: readonly {
    readonly mail: string | null;
    readonly rcpt: readonly string[];
    readonly lines: readonly string[];
  }[];
}

function scrubSession(session: SinkSession): SinkSession {
  const fix = (line: string) =>
    line.replace(/ SIZE=\d+/, ' SIZE={size}').replace(/ PORT=\d+/g, ' PORT={port}');
  const utf8 = (line: string) => {
    const text = Buffer.from(line, 'latin1').toString('utf8');
    return text.includes('\ufffd') ? line : text;
  };
  const messages = session.messages?.map((m) => ({
    mail: m.mail === null ? null : fix(m.mail),
    rcpt: m.rcpt,
    lines: m.lines.map(utf8),
  }));
  return {
    ...session,
    commands: (session.commands ?? []).map((line) => fix(utf8(line))),
    ...(messages === undefined ? {} : { messages }),
  };
}

/** What differs from run to run: attributes of a policy request, sizes and ports in commands. */
export function scrubTranscripts(
  transcripts: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const scrub = (item: unknown): unknown => {
    if (Array.isArray(item)) return (item as [string, string][]).map(scrubAttribute);
    return typeof item === 'string' ? item : scrubSession(item as SinkSession);
  };
  return Object.fromEntries(
    Object.entries(transcripts).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(scrub) : value,
    ]),
  );
}
