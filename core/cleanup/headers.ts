/**
 * One header at a time: dropped, rewritten or passed on (cleanup_header_callback). Headers are byte strings with LF
 * inside where they are folded, and no line end.
 */
import { rewriteAddressHeader } from '../address/header.ts';
import type { HeaderOptions } from '../mail/header.ts';
import { headerNameLength, headerOptions, headerValue } from '../mail/header.ts';
import type { HeaderClass } from '../mail/mime-walk.ts';
import { quoteLocal } from '../mail/quote.ts';
import { internalize, scanTokens } from '../mail/tokens.ts';
import { PROBLEM } from './errors.ts';
import { canonicalise, isCanonicalising } from './rewrite-address.ts';
import type { AddressClass } from './rewrite-address.ts';
import type { State } from './state.ts';
import { isGoing, note } from './state.ts';
import { decodeBytes, encodeBytes, isAscii, logged } from '../mail/byte-string.ts';
import { detectUtf8 } from './envelope.ts';

type Rewriting = 'local' | 'remote' | null;

/** Which rules complete addresses in this message's header; null: they are left alone. */
export function headerRewriting(state: State): Rewriting {
  if (state.submission.rewriteContext === 'local') return 'local';
  return state.tools.settings.rewritesRemote ? 'remote' : null;
}

/** Where a header that is too long is cut: at a line end when that is near the limit (cleanup_out_header). */
function cutAtLimit(header: string, limit: number): string {
  if (header.length <= limit) return header;
  let start = 0;
  for (;;) {
    const newline = header.indexOf('\n', start);
    const end = newline < 0 ? header.length : newline;
    if (end > limit) return start > 0.9 * limit ? header.slice(0, start - 1) : header.slice(0, limit);
    if (newline < 0) return header;
    start = newline + 1;
  }
}

/** A header ends where a NUL is: Postfix keeps headers in C strings. */
function withoutNul(header: string): string {
  return header.includes('\0')
    ? header
        .split('\n')
        .map((line) => line.split('\0')[0])
        .join('\n')
    : header;
}

/** Writes a header, cut at header_size_limit. */
export function outputHeader(state: State, header: string): void {
  if (!isAscii(header)) detectUtf8(state, decodeBytes(header));
  state.header += `${cutAtLimit(header, state.tools.settings.headerSizeLimit)}\n`;
}

/** A quoted phrase in front of an address is of no interest here. */
const QUOTED_PHRASE = /"[^"\\]*"(?=\s*<)/g;
const SPECIAL_IN_LIST = /["()\\[\];:\n]/;
const PLAIN_ADDRESS = /^(?:[^<>@,]*<)?([A-Za-z0-9._=+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)>?$/;

/**
 * Whether all addresses are plain `a@b` or `phrase <a@b>` that trivial-rewrite leaves as they are: the usual case,
 * found without taking the header apart.
 */
function isLeftAlone(state: State, context: 'local' | 'remote', value: string): boolean {
  const plain = value.includes('"') ? value.replace(QUOTED_PHRASE, 'x') : value;
  if (SPECIAL_IN_LIST.test(plain)) return false;
  for (const piece of plain.split(',')) {
    const address = PLAIN_ADDRESS.exec(piece.trim())?.[1];
    if (address === undefined || address.startsWith('.') || address.includes('..')) return false;
    if (address.includes('.@')) return false;
    if (state.tools.rewriter.rewrite(context, address) !== address) return false;
  }
  return true;
}

/** All addresses of the header and what they become; tables are asked before the header is put together anew. */
async function mappedAddresses(
  state: State,
  context: 'local' | 'remote',
  where: AddressClass,
  value: string,
): Promise<ReadonlyMap<string, string>> {
  const addresses = new Set<string>();
  rewriteAddressHeader(
    value,
    (address) => {
      addresses.add(address);
      return address;
    },
    '',
    state.tools.settings.tokenLimit,
  );
  const mapped = new Map<string, string>();
  for (const address of addresses) {
    const completed = state.tools.rewriter.rewriteExternal(context, address);
    const canonical = await canonicalise(state, where, internalize(scanTokens(completed), 'address'));
    mapped.set(address, canonical === '' ? completed : quoteLocal(canonical));
  }
  return mapped;
}

/** Tables are asked only where a canonical rule is for this header: without one nothing has to be waited for. */
function outputRewritten(
  state: State,
  options: HeaderOptions,
  header: string,
  context: 'local' | 'remote',
): Promise<void> | undefined {
  const where: AddressClass = options.role === 'sender' ? 'header_sender' : 'header_recipient';
  const value = decodeBytes(header.slice(header.indexOf(':') + 1));
  if (isCanonicalising(state, where))
    return mappedAddresses(state, context, where, value).then((mapped) => {
      outputHeader(state, rewriteHeader(state, { header, value, context, mapped }));
    });
  const isLeft = isLeftAlone(state, context, value);
  outputHeader(state, isLeft ? header : rewriteHeader(state, { header, value, context }));
  return undefined;
}

interface Rewrite {
  readonly header: string;
  /** Behind the colon, decoded. */
  readonly value: string;
  readonly context: 'local' | 'remote';
  readonly mapped?: ReadonlyMap<string, string>;
}

function rewriteHeader(state: State, { header, value, context, mapped }: Rewrite): string {
  const name = header.slice(0, header.indexOf(':'));
  const { rewriter, settings } = state.tools;
  const rewritten = rewriteAddressHeader(
    value,
    (address) => mapped?.get(address) ?? rewriter.rewriteExternal(context, address),
    name,
    settings.tokenLimit,
  );
  if (rewritten === undefined) return header;
  note(state, 'info', `rewrote the addresses of ${name}`, {
    detail: `${value.trim()} -> ${rewritten}`.replace(/\s*\n\s*/g, ' '),
    source: { kind: 'parameter', name: 'local_header_rewrite_clients', value: context },
  });
  return `${name}: ${encodeBytes(rewritten)}`;
}

function countHop(state: State): void {
  const { settings, log } = state.tools;
  if (state.hopCount < settings.hopcountLimit) return;
  log.warning(`${state.submission.queueId}: message rejected: hopcount exceeded`);
  state.problems |= PROBLEM.hops;
  note(state, 'bad', 'too many Received headers: the message goes round in circles', {
    source: { kind: 'parameter', name: 'hopcount_limit', value: String(settings.hopcountLimit) },
  });
}

const ENCODING_8BIT = /^(?:8bit|binary)$/i;

/** A header of the message itself that Postfix knows. */
function processKnown(state: State, options: HeaderOptions, header: string): Promise<void> | undefined {
  const name = options.name.toLowerCase();
  state.seenHeaders.add(name);
  if (name === 'message-id' || name === 'resent-message-id') {
    state.tools.log.info(`${state.submission.queueId}: ${name}=${logged(headerValue(header))}`);
  }
  if (name === 'received') countHop(state);
  if (!isGoing(state)) return undefined;
  if (options.resent) state.isResent = true;
  const context = headerRewriting(state);
  const isDropped = state.tools.settings.droppedHeaders.has(name);
  const hasAddresses = options.role === 'sender' || options.role === 'recipient';
  if (isDropped) {
    note(state, 'info', `dropped ${options.name}`, {
      source: { kind: 'parameter', name: 'message_drop_headers', value: options.name },
    });
    return undefined;
  }
  if (hasAddresses && context !== null) return outputRewritten(state, options, header, context);
  outputHeader(state, header);
  return undefined;
}

/** Facts about a header by name; message_drop_headers can name ones that nothing else is known about. */
function optionsOf(state: State, header: string): HeaderOptions | undefined {
  const name = header.slice(0, headerNameLength(header)).toLowerCase();
  const known = headerOptions(name);
  if (known !== undefined || !state.tools.settings.droppedHeaders.has(name)) return known;
  return { name, role: 'other', resent: false, extract: false };
}

/** The class whose checks a header is for: MIME headers of the top belong to mime_header_checks. */
export function headerClassFor(state: State, header: string, where: HeaderClass): HeaderClass {
  return optionsOf(state, header)?.role === 'mime' ? 'mime' : where;
}

/** Counts hops before checks may drop the header. */
export function seeHeader(state: State, header: string): void {
  if (/^received[ \t]*:/i.test(header)) state.hopCount += 1;
}

/** What happens to a header after the checks. Undefined: it is done. */
export function processHeader(state: State, header: string, where: HeaderClass): Promise<void> | undefined {
  const clean = withoutNul(header);
  const options = optionsOf(state, clean);
  if (options === undefined) {
    outputHeader(state, clean);
    return undefined;
  }
  const isEncoding = options.name === 'Content-Transfer-Encoding';
  if (isEncoding && state.tools.settings.readsEncodingHeader && ENCODING_8BIT.test(headerValue(clean))) {
    state.encoding = '8bit';
  }
  if (where === 'header' && options.role !== 'mime') return processKnown(state, options, clean);
  outputHeader(state, clean);
  return undefined;
}
