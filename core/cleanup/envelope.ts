/** The envelope: sender and recipients are rewritten, mapped, expanded and copied (cleanup_addr, cleanup_out_recipient). */
import type { NewRecipient, SubmittedRecipient } from '../mail/message.ts';
import type { Notify } from '../mail/dsn.ts';
import type { NamedMaps } from './settings.ts';
import type { State } from './state.ts';
import { isGoing, note, tableFailed, tableSource } from './state.ts';
import { canonicalise } from './rewrite-address.ts';
import { isAscii } from '../mail/byte-string.ts';
import { chain, each, type Maybe } from '../tables/maybe.ts';
import { expandVirtualAlias } from './virtual-alias.ts';

/** smtputf8_autodetect_classes has other names for where mail comes from. */
const AUTODETECT_NAME = {
  smtpd: 'smtpd',
  sendmail: 'sendmail',
  requeue: 'sendmail',
  bounce: 'bounce',
  local: 'forward',
  api: 'sendmail',
} as const;

/** Text beyond ASCII makes the message one that needs SMTPUTF8, where its origin does not say so itself. */
export function detectUtf8(state: State, text: string): void {
  const { settings } = state.tools;
  if (state.smtputf8 || !settings.smtputf8Enabled || isAscii(text)) return;
  const { autodetectUtf8 } = settings;
  const name = state.submission.verify === true ? 'verify' : AUTODETECT_NAME[state.submission.origin];
  if (autodetectUtf8.has(name) || autodetectUtf8.has('all')) state.smtputf8 = true;
}

/** Mail from MAILER-DAEMON@$myorigin is mail from the null sender. */
function withoutMailerDaemon(state: State, address: string): string {
  if (!/^mailer-daemon@/i.test(address)) return address;
  const daemon = state.tools.rewriter.rewrite('local', 'MAILER-DAEMON');
  return address.toLowerCase() === daemon.toLowerCase() ? '' : address;
}

/** Undefined where there is nothing to ask. */
function bccOf(state: State, named: NamedMaps, address: string): Promise<void> | undefined {
  if (!state.addsBcc || address === '' || named.maps.isEmpty) return undefined;
  return addMappedBcc(state, named, address);
}

async function addMappedBcc(state: State, named: NamedMaps, address: string): Promise<void> {
  const answer = state.tools.finder.find(named.maps, address);
  const { result } = answer instanceof Promise ? await answer : answer;
  if (result.kind === 'unavailable') tableFailed(state, `${named.name} map lookup problem`, result);
  if (result.kind !== 'found') return;
  note(state, 'info', `copy to ${result.value}`, { source: tableSource(result) });
  await addBcc(state, result.value);
}

function processSender(state: State): Maybe<void> {
  const { rewriter, settings } = state.tools;
  const rewritten = withoutMailerDaemon(state, rewriter.rewrite('local', state.submission.sender));
  return chain(canonicalise(state, 'envelope_sender', rewritten), (sender) => {
    state.sender = sender;
    detectUtf8(state, sender);
    return bccOf(state, settings.senderBcc, sender);
  });
}

/** Adds a recipient unless it is there already; different original addresses count as different (been_here). */
function addRecipient(state: State, recipient: NewRecipient): void {
  const { settings } = state.tools;
  const key = settings.keepsOriginalRecipient
    ? [recipient.orcpt, recipient.notify.join(), recipient.originalAddress, recipient.address].join('\n')
    : recipient.address;
  const folded = key.toLowerCase();
  if (state.seenRecipients.has(folded)) return;
  if (settings.duplicateLimit === 0 || state.seenRecipients.size < settings.duplicateLimit) {
    state.seenRecipients.add(folded);
  }
  state.recipients.push(recipient);
}

function noteExpansion(state: State, recipient: NewRecipient): void {
  state.expanded.push({
    recipientIndex: -1,
    address: recipient.address,
    originalAddress: recipient.originalAddress,
    status: 'sent',
    dsn: '2.0.0',
    reason: 'alias expanded',
    relay: 'none',
    action: 'expanded',
    startedAt: state.submission.arrivedAt,
    finishedAt: state.at,
    notify: recipient.notify,
    orcpt: recipient.orcpt,
  });
}

/** The members of an alias are not reported as delivered: the alias is, as expanded (RFC 3461 section 5.2.7.3). */
function notifyOfMembers(notify: readonly Notify[]): readonly Notify[] {
  const rest = notify.filter((word) => word !== 'SUCCESS');
  return rest.length === 0 ? ['NEVER'] : rest;
}

/** Expands virtual aliases and adds what comes out. */
function outputRecipient(state: State, recipient: NewRecipient): Promise<void> | undefined {
  const { settings } = state.tools;
  if (state.mapsAddresses && !settings.virtualAliases.maps.isEmpty) return outputMembers(state, recipient);
  addRecipient(state, recipient);
  return undefined;
}

async function outputMembers(state: State, recipient: NewRecipient): Promise<void> {
  const addresses = await expandVirtualAlias(state, recipient.address);
  const isAlias = addresses.length > 1 || addresses[0] !== recipient.address;
  let { notify } = recipient;
  if (isAlias && notify.includes('SUCCESS')) {
    noteExpansion(state, recipient);
    notify = notifyOfMembers(notify);
  }
  for (const address of addresses) addRecipient(state, { ...recipient, notify, address });
}

function rewriteRecipient(state: State, address: string): Maybe<string> {
  const rewritten = state.tools.rewriter.rewrite('local', address);
  return chain(canonicalise(state, 'envelope_recipient', rewritten), (mapped) => {
    detectUtf8(state, mapped);
    return mapped;
  });
}

function processRecipient(state: State, given: SubmittedRecipient): Maybe<void> {
  const asked = given.address === '' ? state.tools.settings.emptyRecipient : given.address;
  return chain(rewriteRecipient(state, asked), (address) => takeRecipient(state, given, address));
}

function takeRecipient(state: State, given: SubmittedRecipient, address: string): Maybe<void> {
  const type = state.smtputf8 && !isAscii(address) ? 'utf-8' : 'rfc822';
  const orcpt = given.orcpt === '' && address !== '' ? `${type};${address}` : given.orcpt;
  return chain(outputRecipient(state, { ...given, address, orcpt }), () => {
    state.lastRecipient = address;
    return bccOf(state, state.tools.settings.recipientBcc, address);
  });
}

/** A copy that nobody asked for (always_bcc, bcc maps, BCC actions): never bounced. */
async function addBcc(state: State, bcc: string): Promise<void> {
  const address = await rewriteRecipient(state, bcc);
  await outputRecipient(state, { address, originalAddress: address, notify: ['NEVER'], orcpt: '' });
}

/** Sender and recipients; ends early when a table does not answer or an alias has no end. */
export function processEnvelope(state: State): Maybe<void> {
  const { recipients, orders } = state.submission;
  const ordered = (orders.bcc ?? []).map((address): SubmittedRecipient => ({
    address,
    originalAddress: address,
    notify: [],
    orcpt: '',
  }));
  return chain(processSender(state), () =>
    each([...ordered, ...recipients], (recipient) =>
      isGoing(state) ? processRecipient(state, recipient) : undefined,
    ),
  );
}

/** What comes after the content: always_bcc and the BCC actions of checks. */
export function processLateRecipients(state: State): Maybe<void> {
  const { alwaysBcc } = state.tools.settings;
  const addsAlways = state.addsBcc && alwaysBcc !== '';
  if (state.lastRecipient === null || (!addsAlways && state.extraBcc.length === 0)) return undefined;
  return addCopies(state, addsAlways ? alwaysBcc : '');
}

async function addCopies(state: State, alwaysBcc: string): Promise<void> {
  if (alwaysBcc !== '') {
    note(state, 'info', `copy to ${alwaysBcc}`, {
      source: { kind: 'parameter', name: 'always_bcc', value: alwaysBcc },
    });
    await addBcc(state, alwaysBcc);
  }
  for (const bcc of state.extraBcc) await addBcc(state, bcc);
}

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
const domainOf = ({ address }: NewRecipient): string =>
  address.slice(address.lastIndexOf('@') + 1).toLowerCase();

/** The queue manager's order of recipients: by domain, then by address (qmgr_message_sort). */
const inQueueOrder = (a: NewRecipient, b: NewRecipient): number =>
  byBytes(domainOf(a), domainOf(b)) || byBytes(a.address, b.address);

/** REDIRECT: all recipients give way to one; it keeps the original address of the one that is first in the queue. */
export function redirected(state: State): readonly NewRecipient[] {
  if (state.redirect === '') return state.recipients;
  const [first] = [...state.recipients].sort(inQueueOrder);
  if (first === undefined) return [];
  const address = state.tools.rewriter.rewrite('local', state.redirect);
  return [{ ...first, address }];
}
