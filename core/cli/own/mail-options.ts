/** The options of `sandpost mail`, and the folder that they name. */
import type { Folder } from '../../api/contract/mail.ts';
import { parseSearch } from '../../mail/search/search.ts';
import { CommandError } from '../context.ts';
import { EX_USAGE, parseOptions } from '../options.ts';

const OPTIONS = {
  folder: { type: 'string' },
  mailbox: { type: 'string' },
  alias: { type: 'string' },
  tag: { type: 'string' },
  search: { type: 'string', short: 's' },
  limit: { type: 'string', short: 'n' },
  before: { type: 'string' },
  source: { type: 'boolean' },
  delivered: { type: 'boolean' },
  journey: { type: 'boolean' },
  format: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string', multiple: true },
  into: { type: 'string' },
  zip: { type: 'boolean' },
  output: { type: 'string', short: 'o' },
  json: { type: 'boolean' },
} as const;

export type MailOptions = ReturnType<typeof parseMailOptions>['values'];

export function parseMailOptions(args: readonly string[]) {
  return parseOptions(args, OPTIONS);
}

const PLAIN = ['all', 'unread', 'starred', 'undeliverable', 'held', 'bin'] as const;
/** --mailbox NAME, --alias NAME, --tag NAME, or --folder with one of the fixed ones. */
export function folderOf({ mailbox, alias, tag, folder = 'all' }: MailOptions): Folder {
  if (mailbox !== undefined) return { kind: 'mailbox', name: mailbox };
  if (alias !== undefined) return { kind: 'alias', name: alias };
  if (tag !== undefined) return { kind: 'tag', name: tag };
  const kind = PLAIN.find((name) => name === folder);
  if (kind === undefined)
    throw new CommandError(`--folder is one of ${PLAIN.join(', ')}, not "${folder}"`, EX_USAGE);
  return { kind };
}

/** --search, with the place of what is wrong in it shown below. */
export function searchOf({ search = '' }: MailOptions): string {
  const parsed = parseSearch(search, 0);
  if (parsed.kind === 'search') return search;
  const { at, length, message } = parsed.problem;
  const marks = `${' '.repeat(at)}${'^'.repeat(Math.max(1, length))}`;
  throw new CommandError(`--search: ${message}\n  ${search.replaceAll('\n', ' ')}\n  ${marks}`, EX_USAGE);
}
