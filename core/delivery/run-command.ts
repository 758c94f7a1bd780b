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
/** Runs lines that need one; it is told that it is called `sh`, which its messages begin with. */
const SHELL = '/bin/sh';
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
  /** undefined: nothing. */
  readonly output: string | undefined;
  readonly timedOut: boolean;
}

/** Up to the first NUL; tabs and newlines become blanks, what does not print and is no UTF-8 an underscore. */
function printable(output: Buffer): string {
  const nul = output.indexOf(0);
  return (
    decodeUtf8(nul < 0 ? output : output.subarray(0, nul))
      .replace(/[\t\n]/g, ' ')
      // eslint-disable-next-line no-control-regex -- control characters are what is masked
      .replace(/[\x00-\x1f\x7f]/g, '_')
  );
}

/** Each byte that belongs to no character becomes an underscore. */
function decodeUtf8(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!text.includes('\ufffd')) return text;
  return bytes.toString('latin1').replace(UTF8_CHARACTER, (part) => {
    const character = Buffer.from(part, 'latin1').toString('utf8');
    return character.includes('\ufffd') ? '_'.repeat(part.length) : character;
  });
}

/** In a byte string: a byte that begins a character, with those that continue it, or a byte that cannot stand alone. */
const UTF8_CHARACTER =
  /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[\x80-\xff]/g;

function wordsOf(command: CommandLine): readonly string[] {
  if (command.kind === 'words') return command.words;
  const { text, shell } = command;
  if (shell !== '') return [...shell.trim().split(/\s+/), text];
  if (NEEDS_SHELL.test(text) || text.trim() === '') return [SHELL, '-c', text];
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
      argv0: file === SHELL ? 'sh' : file,
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
      const output = said ?? (size === 0 ? undefined : printable(Buffer.concat(chunks)));
      const signalNumber = signal === null ? 0 : (SIGNAL_NUMBERS[signal] ?? 0);
      resolve({ status, signal, signalNumber, output, timedOut });
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => {
      if (mayBeBuiltIn(request.command, file, error) && line[1] !== '-c') {
        clearTimeout(timer);
        resolve(start(request, [SHELL, '-c', nameOf(request.command)]));
        return;
      }
      const hint = errorCode(error) === '' ? error.message : describeError(error);
      const where = request.command.kind === 'words' ? 'pipe_command: ' : '';
      // as read from the child that could not become the program: its newline is a blank
      const text = `fatal: ${where}execvp ${file}: ${hint}`;
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
function judgeExit(command: string, status: number, said: string | undefined): CommandAnswer {
  const output = said === undefined ? '' : `. Command output: ${said}`;
  const { dsn: usualDsn, text } = EXITS[status] ?? { dsn: '5.3.0', text: '' };
  const meaning = text === '' ? `unknown mail system error ${status}` : text;
  const usual = text === '' ? `Command died with status ${status}: "${command}"` : text;
  const own = /^([245]\.\d{1,3}\.\d{1,3})(?:\s+(.*))?$/s.exec(said ?? '');
  const [, dsn = usualDsn] = own ?? [];
  return {
    kind: dsn.startsWith('4') ? 'deferred' : 'bounced',
    dsn,
    reason: own === null ? `${usual}${output}` : (own[2] ?? ''),
    diagnostic: unix(own === null ? (said ?? meaning) : (own[2] ?? '')),
  };
}

function judge(request: CommandRequest, ended: Ended): CommandAnswer {
  const command = nameOf(request.command);
  const output = ended.output === undefined ? '' : `. Command output: ${ended.output}`;
  const said = ended.output === undefined ? {} : { diagnostic: unix(ended.output) };
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
  return { kind: 'delivered', output: (ended.output ?? '').trim() };
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
  if (!(await canEnterFolder(request))) return judgeExit(nameOf(request.command), TEMPORARY, undefined);
  return judge(request, await start(request));
}
