/** The attributes behind `pipe` in master.cf: `flags=DRhu user=vmail argv=...` (get_service_attr of pipe(8)). */
import type { SystemRights } from '../accounts.ts';
import {
  commandRights,
  CommandUserError,
  readCommandUser,
  type CommandUserDependencies,
} from '../command-user.ts';
import { unescape } from '../../config/unescape.ts';
import { parseTemplate, type Template } from './template.ts';

export interface PipeAttributes {
  /** Letters of flags=: B D F O R X h q u . > */
  readonly flags: ReadonlySet<string>;
  readonly user: string;
  /** What the command runs with where the engine may choose; undefined: no machine account has this name. */
  readonly rights: SystemRights | undefined;
  /** '': queue_directory. */
  readonly directory: string;
  readonly chroot: string;
  readonly endOfLine: string;
  readonly nullSender: string;
  /** Bytes; 0: no limit. */
  readonly sizeLimit: number;
  readonly command: readonly Template[];
}

const fatal = (text: string): never => {
  throw new CommandUserError(text);
};

interface Reading {
  flags: Set<string>;
  user: string;
  group: string;
  directory: string;
  chroot: string;
  endOfLine: string;
  nullSender: string;
  sizeLimit: number;
}

function readFlags(value: string): Set<string> {
  const wrong = /[^BDFORXhqu.>]/.exec(value)?.[0];
  if (wrong !== undefined) fatal(`unknown flag: ${wrong} (ignored)`);
  return new Set(value);
}

function readSize(value: string): number {
  return /^\d+$/.test(value) ? Number(value) : fatal(`get_service_attr: bad size= value: ${value}`);
}

type Read = (into: Reading, value: string) => void;

const readers: Readonly<Record<string, Read>> = {
  flags: (into, value) => (into.flags = readFlags(value)),
  user: (into, value) => Object.assign(into, readCommandUser(value)),
  directory: (into, value) => (into.directory = value),
  chroot: (into, value) => (into.chroot = value),
  eol: (into, value) => (into.endOfLine = unescape(value)),
  null_sender: (into, value) => (into.nullSender = value),
  size: (into, value) => (into.sizeLimit = readSize(value)),
};

/** `-o name=value` and `-v` before the attributes are the daemon's own. */
export function withoutOptions(words: readonly string[]): readonly string[] {
  let at = 0;
  while (words[at]?.startsWith('-') === true) at += words[at] === '-o' ? 2 : 1;
  return words.slice(at);
}

/** @throws CommandUserError with what pipe(8) dies of */
export function readAttributes(
  words: readonly string[],
  dependencies: CommandUserDependencies,
): PipeAttributes {
  const reading: Reading = {
    flags: new Set(),
    user: '',
    group: '',
    directory: '',
    chroot: '',
    endOfLine: '\n',
    nullSender: 'MAILER-DAEMON',
    sizeLimit: 0,
  };
  let command: readonly Template[] = [];
  const attributes = withoutOptions(words);
  for (const [at, word] of attributes.entries()) {
    const [, name = '', value = ''] = /^([a-z_]+)=([^]*)$/i.exec(word) ?? [];
    if (name.toLowerCase() === 'argv') {
      command = [value, ...attributes.slice(at + 1)].map(parseTemplate);
      break;
    }
    const read = readers[name.toLowerCase()] ?? fatal(`unknown attribute name: ${word}`);
    read(reading, value);
  }
  if (reading.user === '') fatal('missing user= command-line attribute');
  if (command.length === 0) fatal('missing argv= command-line attribute');
  const rights = commandRights(reading, dependencies, 'user= command-line attribute');
  return { ...reading, rights, command };
}
