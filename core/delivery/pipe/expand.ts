/**
 * The argument vector of a pipe command (expand_argv of pipe(8)). An argument that names a recipient, whole or in
 * part, becomes as many arguments as there are recipients. Values are never expanded again: an address may have a `$`.
 */
import { splitAddress, type SplitRules } from '../../address/parse.ts';
import type { QueuedRecipient } from '../../mail/message.ts';
import { quoteAddress } from '../address-text.ts';
import type { Template } from './template.ts';

/** Those of the message, not of one recipient. */
export const MESSAGE_MACROS = [
  'client_address',
  'client_helo',
  'client_hostname',
  'client_port',
  'client_protocol',
  'nexthop',
  'queue_id',
  'sasl_method',
  'sasl_sender',
  'sasl_username',
  'sender',
  'size',
] as const;
export type MessageMacro = (typeof MESSAGE_MACROS)[number];

type Person = Pick<QueuedRecipient, 'address' | 'originalAddress'>;

export interface ExpansionRules {
  readonly flags: ReadonlySet<string>;
  readonly splitRules: SplitRules;
}

/** Case folding by the flags h (domain) and u (the rest). */
function fold(address: string, flags: ReadonlySet<string>): string {
  const [host, user] = [flags.has('h'), flags.has('u')];
  const at = address.lastIndexOf('@');
  if (host && user) return address.toLowerCase();
  if (at < 0) return user ? address.toLowerCase() : address;
  const local = address.slice(0, at);
  const domain = address.slice(at);
  return `${user ? local.toLowerCase() : local}${host ? domain.toLowerCase() : domain}`;
}

const whole = (address: string, { flags }: ExpansionRules): string =>
  fold(flags.has('q') ? quoteAddress(address) : address, flags);

const split = ({ address }: Person, { flags, splitRules }: ExpansionRules) =>
  splitAddress(fold(address, flags), splitRules);

type RecipientMacro = (recipient: Person, rules: ExpansionRules) => string;

const RECIPIENT_MACROS: Readonly<Record<string, RecipientMacro>> = {
  recipient: ({ address }, rules) => whole(address, rules),
  original_recipient: ({ originalAddress }, rules) => whole(originalAddress, rules),
  user: (recipient, rules) => split(recipient, rules).user,
  extension: (recipient, rules) => split(recipient, rules).extension ?? '',
  mailbox: (recipient, rules) => split(recipient, rules).local,
  domain: (recipient, rules) => split(recipient, rules).domain ?? '',
};

/** Parts of an address that make no sense without a domain: said in the log. */
const PARTS = new Set(['user', 'extension', 'mailbox', 'domain']);

export interface Expansion {
  readonly words: readonly string[];
  readonly warnings: readonly string[];
}

/** What is wrong with a command, as the warning says it; undefined: nothing. */
export function findProblem(command: readonly Template[], where: string): string | undefined {
  for (const { parts, problem } of command) {
    for (const part of parts) {
      if (part.kind !== 'macro' || part.name in RECIPIENT_MACROS) continue;
      if (!(MESSAGE_MACROS as readonly string[]).includes(part.name)) {
        return `${where}: unknown macro name: "${part.name}"`;
      }
    }
    if (problem !== undefined) return problem;
  }
  return undefined;
}

export function expandCommand(
  command: readonly Template[],
  values: Readonly<Record<MessageMacro, string>>,
  recipients: readonly Person[],
  rules: ExpansionRules,
): Expansion {
  const words: string[] = [];
  const warnings: string[] = [];
  const fill = ({ parts }: Template, recipient: Person | undefined) =>
    parts
      .map((part) => {
        if (part.kind === 'text') return part.text;
        const ofRecipient = RECIPIENT_MACROS[part.name];
        if (ofRecipient === undefined) return values[part.name as MessageMacro];
        return recipient === undefined ? '' : ofRecipient(recipient, rules);
      })
      .join('');
  for (const template of command) {
    const names = template.parts.flatMap((part) => (part.kind === 'macro' ? [part.name] : []));
    if (!names.some((name) => name in RECIPIENT_MACROS)) {
      words.push(fill(template, undefined));
      continue;
    }
    for (const recipient of recipients) {
      if (names.some((name) => PARTS.has(name)) && !recipient.address.includes('@')) {
        warnings.push(`no @ in recipient address: ${recipient.address}`);
      }
      // without a user part the argument is left out, for bulletin boards that are `+folder@domain`
      if (names.includes('user') && split(recipient, rules).user === '') continue;
      words.push(fill(template, recipient));
    }
  }
  return { words, warnings };
}
