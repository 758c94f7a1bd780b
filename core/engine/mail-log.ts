/**
 * The mail log: Postfix's lines in syslog form, in `mail.log` in the data folder, and live to whoever listens.
 * Lines are collected and written together, so that logging costs the mail path no system call. The file is turned
 * over at a size, with one older file kept. Log tools (pflogsumm) read it.
 */
import {
  createReadStream,
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  fstatSync,
  renameSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Clock } from '../util/clock.ts';
import type { Log, LogFactory, Severity } from '../util/log.ts';

/** Turned over beyond this size, in bytes. */
const TURN_OVER_BYTES = 64 * 1024 * 1024;
/** Lines wait at most this long before they are in the file. */
const FLUSH_AFTER_MS = 100;
const FLUSH_AT_CHARACTERS = 64 * 1024;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export interface MailLog {
  readonly factory: LogFactory;
  readonly file: string;
  subscribe(listener: (line: string) => void): () => void;
  /** The lines that name this queue id, oldest first. */
  linesOf(queueId: string): Promise<readonly string[]>;
  close(): void;
}

/** Syslog's time stamp: local time, day padded with a blank. */
function stamp(at: number): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = String(date.getDate()).padStart(2, ' ');
  return `${MONTHS[date.getMonth()] ?? ''} ${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

export function createMailLog(dependencies: {
  readonly dataDir: string;
  readonly hostname: string;
  readonly clock: Clock;
}): MailLog {
  const { dataDir, hostname, clock } = dependencies;
  // Mail is nobody else's business.
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = path.join(dataDir, 'mail.log');
  const older = `${file}.1`;
  const listeners = new Set<(line: string) => void>();
  let handle = openSync(file, 'a', 0o600);
  let size = fstatSync(handle).size;
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;
  let stampedSecond = -1;
  let stamped = '';

  function flush(): void {
    if (timer !== undefined) clearTimeout(timer);
    timer = undefined;
    if (waiting === '') return;
    const bytes = Buffer.from(waiting, 'utf8');
    waiting = '';
    try {
      writeSync(handle, bytes);
    } catch {
      // A full disk costs log lines, never mail; the store says so itself.
      return;
    }
    size += bytes.length;
    if (size > TURN_OVER_BYTES) turnOver();
  }

  function turnOver(): void {
    closeSync(handle);
    renameSync(file, older);
    handle = openSync(file, 'a', 0o600);
    size = 0;
  }

  function write(tag: string, severity: Severity, text: string): void {
    const now = clock.now();
    const second = Math.floor(now / 1000);
    if (second !== stampedSecond) {
      stampedSecond = second;
      stamped = stamp(now);
    }
    const line = `${stamped} ${hostname} ${tag}[${process.pid}]: ${severity === 'info' ? '' : `${severity}: `}${text}`;
    waiting += `${line}\n`;
    if (waiting.length > FLUSH_AT_CHARACTERS) flush();
    else timer ??= setTimeout(flush, FLUSH_AFTER_MS);
    for (const listener of listeners) listener(line);
  }

  function logger(program: string, syslogName = 'postfix'): Log {
    const tag = `${syslogName}/${program}`;
    return {
      info: (text) => {
        write(tag, 'info', text);
      },
      warning: (text) => {
        write(tag, 'warning', text);
      },
      error: (text) => {
        write(tag, 'error', text);
      },
      fatal: (text) => {
        write(tag, 'fatal', text);
      },
    };
  }

  async function linesOf(queueId: string): Promise<readonly string[]> {
    flush();
    const found: string[] = [];
    for (const name of [older, file]) {
      if (!existsSync(name)) continue;
      const lines = createInterface({ input: createReadStream(name, 'utf8') });
      for await (const line of lines) if (line.includes(queueId)) found.push(line);
    }
    return found;
  }

  return {
    file,
    factory: logger,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    linesOf,
    close() {
      flush();
      closeSync(handle);
    },
  };
}
