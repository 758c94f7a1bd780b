/** The options of sendmail(1) as Postfix reads them: what is accepted, ignored, refused, and with which words. */
import { getopt, type GetoptItem } from '../../util/getopt.ts';
import { CommandError, EX_TEMPFAIL } from '../context.ts';

type Mode = 'enqueue' | 'mailq' | 'flush' | 'daemon' | 'newaliases' | 'smtp' | 'ignore';
type Notify = 'NEVER' | 'SUCCESS' | 'FAILURE' | 'DELAY';

export interface SendmailOptions {
  readonly mode: Mode;
  /** -f, -r; undefined: the user's name. */
  readonly sender: string | undefined;
  /** -F; undefined: the account's. */
  readonly fullName: string | undefined;
  readonly bodyType: '7BIT' | '8BITMIME' | '';
  /** -G: relayed from elsewhere, its header is not completed. */
  readonly isGateway: boolean;
  readonly notify: readonly Notify[];
  readonly ret: 'FULL' | 'HDRS' | '';
  readonly envid: string;
  /** -XV: two delimiters, '' for the default ones; undefined: no VERP. */
  readonly verp: string | undefined;
  readonly extractRecipients: boolean;
  /** Without -i, a line with a lone dot ends the message. */
  readonly dotEnds: boolean;
  readonly verify: boolean;
  /** -v once. */
  readonly report: boolean;
  readonly flushSite: string | undefined;
  readonly flushId: string | undefined;
  readonly recipients: readonly string[];
  readonly warnings: readonly string[];
}

const LETTERS = 'A:B:C:F:GIL:N:O:R:UV:X:b:ce:f:h:imno:p:r:q:tvx';
const MODES: Readonly<Record<string, Mode>> = {
  d: 'daemon',
  l: 'daemon',
  h: 'ignore',
  H: 'ignore',
  i: 'newaliases',
  m: 'enqueue',
  p: 'mailq',
  s: 'smtp',
};
const LONGEST_ENVID = 100;

/** Every error of sendmail(1) ends with 75, usage errors too: the caller is to keep the message. */
export const fatal = (message: string) => new CommandError(`fatal: ${message}`, EX_TEMPFAIL);

type Draft = { -readonly [K in keyof SendmailOptions]: SendmailOptions[K] } & {
  warnings: string[];
  verbosity: number;
  /** -q15m: ignored, and nothing else is to be done where no recipients are named. */
  hasInterval: boolean;
};

const empty = (): Draft => ({
  mode: 'enqueue',
  sender: undefined,
  fullName: undefined,
  bodyType: '',
  isGateway: false,
  notify: [],
  ret: '',
  envid: '',
  verp: undefined,
  extractRecipients: false,
  dotEnds: true,
  verify: false,
  report: false,
  flushSite: undefined,
  flushId: undefined,
  recipients: [],
  warnings: [],
  verbosity: 0,
  hasInterval: false,
});

const NOTIFY_WORDS: readonly string[] = ['NEVER', 'SUCCESS', 'FAILURE', 'DELAY'];

/** dsn_notify_mask: NEVER alone, or any of the others. */
function notifyOf(value: string, warnings: string[]): readonly Notify[] | undefined {
  const words = value.toUpperCase().split(/[,\s]+/);
  const wrong = value.split(/[,\s]+/).filter((word) => !NOTIFY_WORDS.includes(word.toUpperCase()));
  for (const word of wrong.slice(0, 1)) {
    warnings.push(`unknown DSN NOTIFY command value "${word}" in "${value}"`);
  }
  if (wrong.length > 0) return undefined;
  if (words.includes('NEVER') && words.length > 1) return undefined;
  return [...new Set(words)] as Notify[];
}

function readB(draft: Draft, value: string): void {
  const letter = value.charAt(0);
  if (letter === 'v') {
    draft.verify = true;
    return;
  }
  const mode = MODES[letter];
  if (mode === undefined) throw fatal(`unsupported: -b${letter}`);
  draft.mode = mode;
}

function readQ(draft: Draft, value: string): void {
  const kind = value.charAt(0);
  if (/\d/.test(kind)) {
    draft.hasInterval = true;
    return;
  }
  const rest = value.slice(1);
  if (kind === 'R') {
    if (rest === '') throw fatal('specify: -qRsitename');
    draft.flushSite = rest;
  } else if (kind === 'I') {
    if (rest === '') throw fatal('specify: -qIqueueid');
    draft.flushId = rest;
  } else {
    throw fatal(`-q${kind} is not implemented`);
  }
}

function readEnvid(draft: Draft, value: string): void {
  if (value.length > LONGEST_ENVID) draft.warnings.push('too long -V option value -- ignored');
  else if (!/^[\x20-\x7e]*$/.test(value)) draft.warnings.push('bad syntax in -V option value -- ignored');
  else draft.envid = value;
}

const READERS: Readonly<Record<string, (draft: Draft, value: string) => void>> = {
  B: (draft, value) => {
    if (value !== '8BITMIME' && value !== '7BIT') throw fatal('-B option needs 8BITMIME or 7BIT');
    draft.bodyType = value;
  },
  F: (draft, value) => {
    draft.fullName = value;
  },
  G: (draft) => {
    draft.isGateway = true;
  },
  I: (draft) => {
    draft.mode = 'newaliases';
  },
  N: (draft, value) => {
    const notify = notifyOf(value, draft.warnings);
    if (notify === undefined) draft.warnings.push('bad -N option value -- ignored');
    else draft.notify = notify;
  },
  R: (draft, value) => {
    const ret = value.toUpperCase();
    if (ret === 'FULL' || ret === 'HDRS') draft.ret = ret;
    else draft.warnings.push('bad -R option value -- ignored');
  },
  V: readEnvid,
  X: (draft, value) => {
    if (!value.startsWith('V')) throw fatal(`unsupported: -X${value.charAt(0)}`);
    draft.verp = value.slice(1);
  },
  b: readB,
  f: (draft, value) => {
    draft.sender = value;
  },
  r: (draft, value) => {
    draft.sender = value;
  },
  i: (draft) => {
    draft.dotEnds = false;
  },
  n: () => {
    throw fatal('-n option not supported');
  },
  o: (draft, value) => {
    if (value.startsWith('i')) draft.dotEnds = false;
    if (value === 'A') throw fatal('-oA requires pathname');
  },
  q: readQ,
  t: (draft) => {
    draft.extractRecipients = true;
  },
  v: (draft) => {
    draft.verbosity += 1;
  },
};

/** Words that getopt would misread: a bare -q, and the old form of -V for VERP. */
function normalize(args: readonly string[], draft: Draft): readonly string[] {
  const words: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] ?? '';
    if (!word.startsWith('-') || word === '-' || word === '--') return [...words, ...args.slice(index)];
    if (word === '-q') {
      draft.mode = 'flush';
    } else if (word === '-V' && args[index + 1]?.length === 2) {
      draft.warnings.push('option -V is deprecated with Postfix 2.3; specify -XV instead');
      words.push('-XV');
    } else if (/^-V..$/.test(word)) {
      const current = `-X${word.slice(1)}`;
      draft.warnings.push(`option ${word} is deprecated with Postfix 2.3; specify ${current} instead`);
      words.push(current);
    } else {
      words.push(word);
      const takesNext = word.length === 2 && LETTERS.includes(`${word.charAt(1)}:`);
      if (takesNext && index + 1 < args.length) words.push(args[(index += 1)] ?? '');
    }
  }
  return words;
}

function refuseConflicts(draft: Draft): void {
  if (draft.extractRecipients && draft.mode !== 'enqueue')
    throw fatal('-t can be used only in delivery mode');
  if (draft.flushSite !== undefined && draft.mode !== 'enqueue') {
    throw fatal('-qR can be used only in delivery mode');
  }
  if (draft.flushId !== undefined && draft.mode !== 'enqueue')
    throw fatal('-qI can be used only in delivery mode');
  if (!draft.verify) return;
  if (draft.extractRecipients) throw fatal('-t option cannot be used with -bv');
  if (draft.notify.length > 0) throw fatal('-N option cannot be used with -bv');
  if (draft.ret !== '') throw fatal('-R option cannot be used with -bv');
  if (draft.verbosity === 1) throw fatal('-v option cannot be used with -bv');
}

const ARGUMENTS_REFUSED: Readonly<Partial<Record<Mode, string>>> = {
  mailq: 'display queue mode requires no recipient',
  flush: 'flush queue mode requires no recipient',
  daemon: 'daemon mode requires no recipient',
  newaliases: 'alias initialization mode requires no recipient',
  smtp: 'stand-alone mode requires no recipient',
};

function refuseArguments(draft: Draft): void {
  if (draft.recipients.length === 0) return;
  if (draft.flushSite !== undefined) throw fatal('flush site requires no recipient');
  if (draft.flushId !== undefined) throw fatal('flush queue_id requires no recipient');
  const refusal = ARGUMENTS_REFUSED[draft.mode];
  if (refusal !== undefined) throw fatal(refusal);
}

/** Throws CommandError. `onBad` gets what getopt itself prints. */
export function parseSendmail(args: readonly string[], onBad: (message: string) => void): SendmailOptions {
  const draft = empty();
  const { items, rest } = getopt(normalize(args, draft), LETTERS);
  for (const item of items) readItem(draft, item, onBad);
  draft.recipients = rest;
  const isBare = draft.recipients.length === 0 && !draft.extractRecipients;
  if (draft.hasInterval && draft.mode === 'enqueue' && isBare) draft.mode = 'ignore';
  refuseConflicts(draft);
  refuseArguments(draft);
  draft.report = draft.verbosity === 1 && draft.mode === 'enqueue';
  return draft;
}

function readItem(draft: Draft, item: GetoptItem, onBad: (message: string) => void): void {
  if (item.kind === 'bad') {
    onBad(item.message);
    throw fatal('usage: sendmail [options]');
  }
  READERS[item.letter]?.(draft, item.value);
}
