/** Access by the servers of a domain: its MX or NS hosts, or its own addresses (check_*_{mx,ns,a}_access). */
import { domainToASCII } from 'node:url';
import { parseIp } from '../../tables/ip.ts';
import type { DnsAnswer } from '../../util/dns.ts';
import { domainOf, isAscii, mailhostAddress } from '../hostnames.ts';
import { lookUpAddress, lookUpDomain, type Named } from './look-up.ts';
import { warn, type Run, type Status } from './run.ts';

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
  const servers = await serversOf(run, kind, domain);
  for (const server of servers) {
    const found = await lookUpServer(run, call, kind, server);
    if (found !== undefined) return found;
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
  for (const address of await addressesOf(run, call, kind, server)) {
    const found = await lookUpAddress(run, call, address);
    if (found.isFound) return found.status;
  }
  return undefined;
}

async function addressesOf(
  run: Run,
  call: Named,
  kind: ServerKind,
  server: string,
): Promise<readonly string[]> {
  const { dns } = run.context.services;
  const answers = await Promise.all([dns.a(server), dns.aaaa(server)]);
  const addresses = answers.flatMap((answer) => (answer.kind === 'found' ? answer.records : []));
  if (addresses.length === 0 && kind !== 'a') {
    const about = `${call.replyClass} ${call.replyName}`;
    warn(run, `Unable to look up ${kind.toUpperCase()} host ${server} for ${about}: ${reasonOf(answers[0])}`);
  }
  return addresses;
}

async function serversOf(run: Run, kind: ServerKind, domain: string): Promise<readonly string[]> {
  if (kind === 'a') return [domain];
  const { dns } = run.context.services;
  if (kind === 'mx') {
    const answer = await dns.mx(domain);
    if (answer.kind === 'found') return answer.records.map((mx) => mx.exchange).filter((name) => name !== '');
    // A domain without MX is its own mail server.
    if (answer.kind === 'absent') return [domain];
    return unable(run, kind, domain, answer);
  }
  let answer = await dns.ns(domain);
  let asked = domain;
  for (let dot = domain.indexOf('.'); answer.kind === 'absent' && dot >= 0; dot = asked.indexOf('.')) {
    asked = asked.slice(dot + 1);
    if (asked === '') break;
    answer = await dns.ns(asked);
  }
  return answer.kind === 'found' ? answer.records : unable(run, kind, asked, answer);
}

function unable(run: Run, kind: ServerKind, domain: string, answer: DnsAnswer<unknown>): readonly string[] {
  warn(run, `Unable to look up ${kind.toUpperCase()} host for ${domain}: ${reasonOf(answer)}`);
  return [];
}

export function reasonOf(answer: DnsAnswer<unknown>): string {
  switch (answer.kind) {
    case 'servfail':
      return answer.reason;
    case 'absent':
      return answer.why === 'nxdomain' ? 'Host not found' : 'Host found but no data record of requested type';
    case 'found':
      return '';
  }
}
