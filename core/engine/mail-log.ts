/**
 * The mail log: Postfix's lines in syslog form, in `mail.log` in the data folder, and live to whoever listens.
 * Lines are collected and written together, so that logging costs the mail path no system call. The file is turned
 * over at a size, with one older file kept. Log tools (pflogsumm) read it.
 */
import { mkdirSync, openSync, closeSync, fstatSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
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
  /** What was turned over last. */
  readonly olderFile: string;
  subscribe(listener: (line: string) => void): () => void;
  /** Calls the listener after `file` has become `olderFile`. */
  onTurnOver(listener: () => void): void;
  /** Writes what is collected. */
  flush(): void;
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
  const turnOverListeners = new Set<() => void>();
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
    for (const listener of turnOverListeners) listener();
  }

  function write(tag: string, severity: Severity, text: string): void {
    const now = clock.now();
    const second = Math.floor(now / 1000);
    if (second !== stampedSecond) {
      stampedSecond = second;
      stamped = stamp(now);
    }
    const line = `${stamped} ${hostname} ${tag}: ${severity === 'info' ? '' : `${severity}: `}${text}`;
    waiting += `${line}\n`;
    if (waiting.length > FLUSH_AT_CHARACTERS) flush();
    else timer ??= setTimeout(flush, FLUSH_AFTER_MS);
    for (const listener of listeners) listener(line);
  }

  function logger(program: string, syslogName = 'postfix', pid = process.pid): Log {
    const tag = `${syslogName}/${program}[${pid}]`;
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

  return {
    file,
    olderFile: older,
    factory: logger,
    flush,
    onTurnOver(listener) {
      turnOverListeners.add(listener);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      flush();
      closeSync(handle);
    },
  };
}
