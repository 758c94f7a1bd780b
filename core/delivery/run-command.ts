/** Runs a delivery command in a child process with a time limit, and reads its answer (pipe_command(3), sys_exits(3)). */
import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { Log } from '../util/log.ts';
import { describeError, errorCode } from './system-error.ts';

export type CommandAnswer =
  /** What the command wrote, without blanks around it. */
  | { readonly kind: 'delivered'; readonly output: string }
  | {
      readonly kind: 'bounced' | 'deferred';
      readonly dsn: string;
      readonly reason: string;
      readonly diagnostic?: { readonly type: string; readonly text: string };
    };

export type CommandLine =
  /** A line for a shell where it needs one, or always with local_command_shell ('': none). */
  | { readonly kind: 'line'; readonly text: string; readonly shell: string }
  /** A program and its arguments, as they are. */
  | { readonly kind: 'words'; readonly words: readonly [string, ...string[]] };

export interface CommandRequest {
  /** Whose name a failure to start carries: `local`, `pipe`. */
  readonly program: string;
  readonly log: Log;
  readonly command: CommandLine;
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** export_environment: names, or name=value. */
  readonly exported: readonly string[];
  readonly configDirectory: string;
  readonly input: Uint8Array;
  readonly timeLimitMs: number;
  readonly rights: { readonly uid: number; readonly gid: number } | undefined;
}

/** Beyond this much output the rest is thrown away. */
const OUTPUT_LIMIT = 4096;
const DEFAULT_PATH = '/usr/bin:/bin';
const NEEDS_SHELL = /[^\w!@%\-=+:,./ \t]/;

/** sysexits.h as delivery agents read it. */
const EXITS: Readonly<Record<number, { readonly dsn: string; readonly text: string }>> = {
  64: { dsn: '5.3.0', text: 'command line usage error' },
  65: { dsn: '5.6.0', text: 'data format error' },
  66: { dsn: '5.3.0', text: 'cannot open input' },
  67: { dsn: '5.1.1', text: 'user unknown' },
  68: { dsn: '5.1.2', text: 'host name unknown' },
  69: { dsn: '5.3.0', text: 'service unavailable' },
  70: { dsn: '5.3.0', text: 'internal software error' },
  71: { dsn: '4.3.0', text: 'system resource problem' },
  72: { dsn: '5.3.0', text: 'critical OS file missing' },
  73: { dsn: '5.2.0', text: "can't create user output file" },
  74: { dsn: '5.3.0', text: 'input/output error' },
  75: { dsn: '4.3.0', text: 'temporary failure' },
  76: { dsn: '5.5.0', text: 'remote error in protocol' },
  77: { dsn: '5.7.0', text: 'permission denied' },
  78: { dsn: '5.3.5', text: 'local configuration error' },
};

const TEMPORARY = 75;

interface Ended {
  readonly status: number;
  readonly signal: NodeJS.Signals | null;
  readonly signalNumber: number;
  readonly output: string;
  readonly timedOut: boolean;
}

/** Tabs and newlines become blanks, what does not print an underscore. */
function printable(output: Buffer): string {
  return output
    .toString('latin1')
    .replace(/[\t\n]/g, ' ')
    .replace(/[^\x20-\x7e]/g, '_');
}

function wordsOf(command: CommandLine): readonly string[] {
  if (command.kind === 'words') return command.words;
  const { text, shell } = command;
  if (shell !== '') return [...shell.trim().split(/\s+/), text];
  if (NEEDS_SHELL.test(text) || text.trim() === '') return ['/bin/sh', '-c', text];
  return text.trim().split(/[ \t]+/);
}

/** What messages call it. */
const nameOf = (command: CommandLine): string => (command.kind === 'words' ? command.words[0] : command.text);

/** export_environment (`exported`: names, or name=value), and what every command has. */
export function exportedEnvironment(
  exportedNames: readonly string[],
  configDirectory: string,
): Record<string, string> {
  const exported: Record<string, string> = {};
  for (const entry of exportedNames) {
    const equals = entry.indexOf('=');
    const name = equals < 0 ? entry : entry.slice(0, equals);
    const value = equals < 0 ? process.env[name] : entry.slice(equals + 1);
    if (value !== undefined) exported[name] = value;
  }
  return { ...exported, MAIL_CONFIG: configDirectory, PATH: DEFAULT_PATH };
}

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
};

/** A word of a line that is no program may be the shell's own: `|exit 67`. */
function mayBeBuiltIn({ kind }: CommandLine, file: string, error: unknown): boolean {
  return kind === 'line' && errorCode(error) === 'ENOENT' && !file.includes('/');
}

function start(request: CommandRequest, line = wordsOf(request.command)): Promise<Ended> {
  const [file = '', ...args] = line;
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let timedOut = false;
    const child = spawn(file, args, {
      cwd: request.directory,
      env: { ...exportedEnvironment(request.exported, request.configDirectory), ...request.environment },
      detached: process.platform !== 'win32',
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(request.rights === undefined ? {} : { uid: request.rights.uid, gid: request.rights.gid }),
    });
    const keep = (chunk: Buffer) => {
      if (size < OUTPUT_LIMIT) chunks.push(chunk.subarray(0, OUTPUT_LIMIT - size));
      size += chunk.length;
    };
    const stop = () => {
      timedOut = true;
      try {
        // the whole group: a shell's children would go on otherwise
        if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL');
        else child.kill('SIGKILL');
      } catch {
        child.kill('SIGKILL');
      }
    };
    const timer = setTimeout(stop, request.timeLimitMs);
    const end = (status: number, signal: NodeJS.Signals | null, said?: string) => {
      clearTimeout(timer);
      const output = said ?? printable(Buffer.concat(chunks));
      const signalNumber = signal === null ? 0 : (SIGNAL_NUMBERS[signal] ?? 0);
      resolve({ status, signal, signalNumber, output, timedOut });
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => {
      if (mayBeBuiltIn(request.command, file, error) && line[1] !== '-c') {
        clearTimeout(timer);
        resolve(start(request, ['/bin/sh', '-c', nameOf(request.command)]));
        return;
      }
      const hint = errorCode(error) === '' ? error.message : describeError(error);
      // as read from the child that could not become the program: its newline is a blank
      const text = `fatal: pipe_command: execvp ${file}: ${hint}`;
      request.log.fatal(text.slice('fatal: '.length));
      end(TEMPORARY, null, `${request.program}: ${text} `);
    });
    child.on('close', (status, signal) => {
      end(status ?? 0, signal);
    });
    // a command may stop reading early: that is no failure
    child.stdin.on('error', () => undefined);
    child.stdin.end(request.input);
  });
}

/** The report has what the command wrote, or why it failed where it wrote nothing. */
const unix = (text: string) => ({ type: 'x-unix', text: text.trim() });

/** What an exit status other than 0 means. Output that begins with a DSN code says itself what happened. */
function judgeExit(command: string, status: number, said: string): CommandAnswer {
  const own = /^([45]\.\d{1,3}\.\d{1,3})\s+(\S.*)$/s.exec(said);
  if (own !== null) {
    const [, dsn = '', reason = ''] = own;
    return { kind: dsn.startsWith('4') ? 'deferred' : 'bounced', dsn, reason, diagnostic: unix(reason) };
  }
  const output = said === '' ? '' : `. Command output: ${said}`;
  const { dsn, text } = EXITS[status] ?? { dsn: '5.3.0', text: '' };
  const usual = text === '' ? `Command died with status ${status}: "${command}"` : text;
  return {
    kind: dsn.startsWith('4') ? 'deferred' : 'bounced',
    dsn,
    reason: `${usual}${output}`,
    diagnostic: unix(said === '' ? (text === '' ? `exit status ${status}` : text) : said),
  };
}

function judge(request: CommandRequest, ended: Ended): CommandAnswer {
  const command = nameOf(request.command);
  const output = ended.output === '' ? '' : `. Command output: ${ended.output}`;
  const said = ended.output === '' ? {} : { diagnostic: unix(ended.output) };
  if (ended.timedOut) {
    request.log.warning('pipe_command_read: read time limit exceeded');
    const reason = `Command time limit exceeded: "${command}"${output}`;
    return { kind: 'bounced', dsn: '5.3.0', reason, ...said };
  }
  if (ended.signal !== null) {
    const reason = `Command died with signal ${ended.signalNumber}: "${command}"${output}`;
    return { kind: 'deferred', dsn: '4.3.0', reason, ...said };
  }
  if (ended.status !== 0) return judgeExit(command, ended.status, ended.output);
  return { kind: 'delivered', output: ended.output.trim() };
}

/** Whether the folder to run it in can be entered: the operating system's answer would blame the program. */
async function canEnterFolder({ directory, log, rights }: CommandRequest): Promise<boolean> {
  try {
    await access(directory, constants.X_OK);
    return true;
  } catch (error) {
    const uid = rights?.uid ?? process.getuid?.() ?? 0;
    const gid = rights?.gid ?? process.getgid?.() ?? 0;
    const as = `for uid=${uid} gid=${gid}`;
    log.fatal(`cannot change directory to "${directory}" ${as}: ${describeError(error)}`);
    return false;
  }
}

/** Runs it, and reads its exit status and what it wrote. Never rejects: what goes wrong is an answer. */
export async function runCommand(request: CommandRequest): Promise<CommandAnswer> {
  if (!(await canEnterFolder(request))) return judgeExit(nameOf(request.command), TEMPORARY, '');
  return judge(request, await start(request));
}
