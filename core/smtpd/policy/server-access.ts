/** Access by the servers of a domain: its MX or NS hosts, or its own addresses (check_*_{mx,ns,a}_access). */
import { domainToASCII } from 'node:url';
import { parseIp } from '../../tables/ip.ts';
import { dnsWords, type DnsAnswer, type DnsFailure, type MxRecord } from '../../util/dns.ts';
import { isAscii } from '../../mail/byte-string.ts';
import { domainOf, mailhostAddress } from '../hostnames.ts';
import { hostAddresses } from './host-addresses.ts';
import { lookUpAddress, lookUpDomain, type Named } from './look-up.ts';
import { dnsOf, note, noteAnswer, warn, type Run, type Status } from './run.ts';

export type ServerKind = 'a' | 'mx' | 'ns';

/** @param subject a host name or mail address */
export async function lookUpServers(
  run: Run,
  call: Named,
  kind: ServerKind,
  subject: string,
): Promise<Status> {
  const given = domainOf(subject) ?? subject;
  if (given.startsWith('[')) return lookUpLiteral(run, call, kind, given);
  const domain = isAscii(given) ? given : domainToASCII(given);
  const { names, how } = await serversOf(run, kind, { domain, subject });
  for (const server of names) {
    const found = await lookUpServer(run, call, kind, server);
    if (found === undefined) continue;
    if (how !== undefined) noteAnswer(run, how.name, kind === 'mx' ? 'MX' : 'NS', how.answer);
    return found;
  }
  return 'dunno';
}

async function lookUpLiteral(run: Run, call: Named, kind: ServerKind, literal: string): Promise<Status> {
  // A literal is its own mail server; it has no name server.
  const address = kind === 'ns' || !literal.endsWith(']') ? undefined : mailhostAddress(literal.slice(1, -1));
  return address === undefined ? 'dunno' : (await lookUpAddress(run, call, address)).status;
}

/** Undefined: the table says nothing about this server. */
async function lookUpServer(
  run: Run,
  call: Named,
  kind: ServerKind,
  server: string,
): Promise<Status | undefined> {
  if (parseIp(server) !== undefined) {
    const found = await lookUpAddress(run, call, server);
    return found.isFound ? found.status : undefined;
  }
  if (kind !== 'a') {
    const found = await lookUpDomain(run, call, server);
    if (found.isFound) return found.status;
  }
  const { addresses, why } = await hostAddresses(run, server);
  if (addresses.length === 0 && kind !== 'a') {
    const about = `${call.replyClass} ${call.replyName}`;
    warn(run, `Unable to look up ${kind.toUpperCase()} host ${server} for ${about}: ${why}`);
  }
  for (const address of addresses) {
    const found = await lookUpAddress(run, call, address);
    if (!found.isFound) continue;
    note(run, 'info', `DNS: address of ${server}: ${address}`);
    return found.status;
  }
  return undefined;
}

/** What there is to look up for a domain. */
interface Servers {
  readonly names: readonly string[];
  /** How they were found, for the journey. */
  readonly how?: { readonly name: string; readonly answer: DnsAnswer<string | MxRecord> };
}

function serversOf(run: Run, kind: ServerKind, asked: { domain: string; subject: string }): Promise<Servers> {
  switch (kind) {
    case 'a':
      return Promise.resolve({ names: [asked.domain] });
    case 'mx':
      return exchangersOf(run, asked.domain);
    case 'ns':
      return nameServersOf(run, asked);
  }
}

async function exchangersOf(run: Run, domain: string): Promise<Servers> {
  const answer = await dnsOf(run).mx(domain);
  // A domain without MX is its own mail server.
  if (answer.kind === 'absent') return { names: [domain] };
  if (answer.kind !== 'found') return unable(run, 'MX', domain, answer);
  const names = answer.records.map((mx) => mx.exchange).filter((name) => name !== '');
  return { names, how: { name: domain, answer } };
}

/** A name has the name servers of its nearest parent that has any. */
async function nameServersOf(
  run: Run,
  { domain, subject }: { readonly domain: string; readonly subject: string },
): Promise<Servers> {
  const dns = dnsOf(run);
  let name = domain;
  let answer = await dns.ns(name);
  for (let dot = name.indexOf('.'); answer.kind === 'absent' && dot >= 0; dot = name.indexOf('.')) {
    name = name.slice(dot + 1);
    if (name === '') break;
    answer = await dns.ns(name);
  }
  if (answer.kind === 'found') return { names: answer.records, how: { name, answer } };
  return unable(run, 'NS', answer.kind === 'absent' ? subject : name, answer);
}

function unable(run: Run, type: 'MX' | 'NS', about: string, failure: DnsFailure): Servers {
  warn(run, `Unable to look up ${type} host for ${about}: ${dnsWords(failure)}`);
  return { names: [] };
}
