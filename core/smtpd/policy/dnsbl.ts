/** DNS lists of addresses and domains: reject_rbl_client, reject_rhsbl_*, permit_dnswl_client, permit_rhswl_client. */
import { domainToASCII } from 'node:url';
import { isValidHostname } from '../../address/hostname.ts';
import { expandMacros } from '../../config/macro.ts';
import { splitDsn } from '../../mail/dsn.ts';
import { reverseNibbles } from '../../dns/reverse-name.ts';
import { parseIp } from '../../tables/ip.ts';
import { dnsFailureText } from '../../util/dns.ts';
import { isAscii } from '../../mail/byte-string.ts';
import { domainOf } from '../hostnames.ts';
import { censored, expandAttribute } from '../attributes.ts';
import { fitDsn } from './dsn-fix.ts';
import { isAuthorized } from './routing.ts';
import {
  deferIfReject,
  dnsOf,
  noteAnswer,
  reject,
  rejectServerError,
  resolve,
  restrictionSource,
  warn,
  type Run,
  type Status,
} from './run.ts';

/** TXT records are shown up to this many characters. */
const MAX_TXT = 500;

type Listing =
  | { readonly kind: 'listed'; readonly text: string }
  | { readonly kind: 'not-listed' }
  | { readonly kind: 'soft' };

const NOT_LISTED: Listing = { kind: 'not-listed' };

/** What is looked up where, and for which restriction. */
export interface ListQuestion {
  /** The restriction as written. */
  readonly restriction: string;
  /** `rbl.example`, `rbl.example=127.0.0.[2..4]`. */
  readonly list: string;
  /** The address or name in question. */
  readonly what: string;
  readonly replyClass: string;
}

export async function rejectListedAddress(run: Run, asked: ListQuestion): Promise<Status> {
  return rejectListing(run, await listingOfAddress(run, asked), asked);
}

export async function rejectListedDomain(run: Run, asked: ListQuestion): Promise<Status> {
  return rejectListing(run, await listingOfDomain(run, asked), asked);
}

export async function permitListedAddress(run: Run, asked: ListQuestion): Promise<boolean> {
  return (await mayAllow(run)) && allows(run, await listingOfAddress(run, asked), asked);
}

export async function permitListedDomain(run: Run, asked: ListQuestion): Promise<boolean> {
  return (await mayAllow(run)) && allows(run, await listingOfDomain(run, asked), asked);
}

/** A list of friends must not open the relay. */
async function mayAllow(run: Run): Promise<boolean> {
  const { where, recipient, sender } = run.facts;
  if (where !== 'RCPT' || recipient === undefined) return true;
  return isAuthorized(run.context, await resolve(run, recipient, sender ?? ''));
}

function allows(run: Run, listing: Listing, { what, replyClass }: ListQuestion): boolean {
  if (listing.kind === 'soft') {
    deferIfReject(run, {
      errorClass: 'policy',
      code: 450,
      dsn: '4.7.1',
      text: `<${what}>: ${replyClass} rejected: Service unavailable`,
    });
  }
  return listing.kind === 'listed';
}

function listingOfAddress(run: Run, { list, what }: ListQuestion): Promise<Listing> {
  const bytes = parseIp(what);
  if (bytes === undefined) return Promise.resolve(NOT_LISTED);
  const reversed = bytes.length === 4 ? [...bytes].reverse().join('.') : reverseNibbles(bytes);
  return ask(run, `${reversed}.${list}`);
}

function listingOfDomain(run: Run, { list, what }: ListQuestion): Promise<Listing> {
  const given = domainOf(what) ?? what;
  const suffix = given.slice(given.lastIndexOf('.') + 1);
  if (given === '' || given.startsWith('[') || /^\d+$/.test(suffix)) return Promise.resolve(NOT_LISTED);
  const domain = isAscii(given) ? given : domainToASCII(given);
  return isValidHostname(domain) ? ask(run, `${domain}.${list}`) : Promise.resolve(NOT_LISTED);
}

/** `domain=127.0.0.[2..4;9]` counts only the answers that the pattern has. */
async function ask(run: Run, query: string): Promise<Listing> {
  const [name = '', pattern] = query.split('=', 2);
  const dns = dnsOf(run);
  const answer = await dns.a(name);
  if (answer.kind === 'absent') return NOT_LISTED;
  noteAnswer(run, name, 'A', answer);
  if (answer.kind !== 'found') {
    warn(run, `${name}: RBL lookup error: ${dnsFailureText(name, 'A', answer)}`);
    return { kind: 'soft' };
  }
  if (pattern !== undefined && !answer.records.some((address) => matchesPattern(address, pattern))) {
    return NOT_LISTED;
  }
  const txt = await dns.txt(name);
  return { kind: 'listed', text: txt.kind === 'found' ? txt.records.join(' / ').slice(0, MAX_TXT) : '' };
}

/** Octets of a pattern are numbers or `[1;3..5]` (ip_match(3)). */
function matchesPattern(address: string, pattern: string): boolean {
  const octets = pattern.match(/\[[^\]]*\]|\d+/g) ?? [];
  return address.split('.').every((octet, i) => {
    const wanted = (octets[i] ?? '').replace(/^\[|\]$/g, '');
    return wanted.split(';').some((range) => {
      const [low = '', high = low] = range.split('..');
      return Number(octet) >= Number(low) && Number(octet) <= Number(high);
    });
  });
}

async function rejectListing(run: Run, listing: Listing, asked: ListQuestion): Promise<Status> {
  if (listing.kind !== 'listed') return 'dunno';
  const { restriction, list, replyClass } = asked;
  const source = restrictionSource(run, `${restriction} ${list}`);
  const template = await run.context.parameterMaps('rbl_reply_maps').lookup(list);
  if (template.kind === 'unavailable') return rejectServerError(run, source);
  const text = expandReply(
    run,
    template.kind === 'found' ? template.value : rawDefaultReply(run),
    listing,
    asked,
  );
  const [, code, rest = ''] = /^([45]\d\d) (.*)$/s.exec(text) ?? [];
  if (code === undefined) {
    warn(run, `rbl response code configuration error: ${text}`);
    return reject(run, {
      errorClass: 'policy',
      code: 450,
      dsn: '4.7.1',
      text: 'Service unavailable',
      source,
    });
  }
  const split = splitDsn(rest);
  const reason = split === undefined ? rest : split.text;
  return reject(run, {
    errorClass: 'policy',
    code: Number(code),
    dsn: fitDsn(split?.code ?? '4.7.1', replyClass),
    text: reason === '' ? 'Service unavailable' : reason,
    source,
  });
}

function expandReply(
  run: Run,
  template: string,
  { text }: Extract<Listing, { kind: 'listed' }>,
  { list, what, replyClass }: ListQuestion,
): string {
  const { expansionFilter } = run.context.settings;
  const names: Readonly<Record<string, string>> = {
    rbl_code: String(run.context.config.integer('maps_rbl_reject_code')),
    rbl_domain: list.split('=', 1)[0] ?? list,
    rbl_reason: text,
    rbl_txt: text,
    rbl_what: what,
    rbl_class: replyClass,
  };
  return expandMacros(template, {
    lookup: (name) => censored(names[name] ?? expandAttribute(run.facts, run.context, name), expansionFilter),
  }).text;
}

const DEFAULT_REPLY =
  '$rbl_code Service unavailable; $rbl_class [$rbl_what] blocked using $rbl_domain${rbl_reason?; $rbl_reason}';

/** Its names are expanded for each reply, not when main.cf is read. */
function rawDefaultReply(run: Run): string {
  return run.context.config.setting('default_rbl_reply')?.value ?? DEFAULT_REPLY;
}
