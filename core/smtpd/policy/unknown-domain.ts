/** Refusing names that DNS does not know: reject_unknown_{helo_hostname,sender_domain,recipient_domain}. */
import { domainToASCII } from 'node:url';
import type { DnsAnswer } from '../../util/dns.ts';
import { domainOf, isAscii } from '../hostnames.ts';
import type { Deferral } from './facts.ts';
import type { Call } from './restriction.ts';
import {
  deferIfPermit,
  NAME,
  reject,
  rejectLookupFailure,
  resolve,
  restrictionSource,
  type Run,
  type Status,
} from './run.ts';

type Answer = DnsAnswer<unknown>;

/** The first good answer; otherwise "try again" if any was that. */
async function firstFound(questions: readonly (() => Promise<Answer>)[]): Promise<Answer> {
  let worst: Answer = { kind: 'absent', why: 'nxdomain' };
  for (const ask of questions) {
    const answer = await ask();
    if (answer.kind === 'found') return answer;
    if (answer.kind === 'servfail') worst = answer;
  }
  return worst;
}

/** A soft error: refused at once, or only if nothing else refuses (reject_tempfail_action and its relatives). */
export function softFail(run: Run, parameter: string, deferral: Deferral, name: string): Status {
  return run.context.config.get(parameter).toLowerCase() === 'defer'
    ? reject(run, { ...deferral, source: restrictionSource(run, name) })
    : deferIfPermit(run, deferral);
}

/** A HELO name needs an address or a mail server; a null MX counts as one. */
export async function rejectUnknownHelo(run: Run, call: Call, helo: string): Promise<Status> {
  const { dns } = run.context.services;
  const answer = await firstFound([() => dns.a(helo), () => dns.aaaa(helo), () => dns.mx(helo)]);
  if (answer.kind === 'found') return 'dunno';
  const text = `<${helo}>: ${NAME.helo} rejected: Host not found`;
  if (answer.kind === 'servfail') {
    const deferral: Deferral = { errorClass: 'policy', code: 450, dsn: '4.7.1', text };
    return softFail(run, 'unknown_helo_hostname_tempfail_action', deferral, call.name);
  }
  return reject(run, {
    errorClass: 'policy',
    code: run.context.config.integer('unknown_hostname_reject_code'),
    dsn: '4.7.1',
    text,
    source: restrictionSource(run, call.name),
  });
}

/** The domain of an address that is not delivered here must have a mail server or an address. */
export async function rejectUnknownAddress(
  run: Run,
  call: Call,
  address: string,
  replyClass: string,
): Promise<Status> {
  const isSender = replyClass === NAME.sender;
  const other = isSender ? run.facts.recipient : run.facts.sender;
  const resolution = await resolve(run, address, other ?? '');
  if (resolution.kind === 'unavailable') return rejectLookupFailure(run, address);
  const resolved = resolution.kind === 'resolved' ? resolution.recipient : address;
  const domain = domainOf(resolved);
  const isFinal =
    resolution.kind === 'resolved' && resolution.class !== 'default' && resolution.class !== 'relay';
  if (domain === undefined || isFinal || (domain.startsWith('[') && domain.endsWith(']'))) return 'dunno';
  return rejectUnknownMailhost(run, call, { address, domain, replyClass, isSender });
}

async function rejectUnknownMailhost(
  run: Run,
  call: Call,
  asked: {
    readonly address: string;
    readonly domain: string;
    readonly replyClass: string;
    readonly isSender: boolean;
  },
): Promise<Status> {
  const { address, replyClass, isSender } = asked;
  const domain = isAscii(asked.domain) ? asked.domain : domainToASCII(asked.domain);
  const { dns } = run.context.services;
  const source = restrictionSource(run, call.name);
  const mx = await dns.mx(domain);
  if (mx.kind === 'found' && mx.records.every((record) => record.exchange === '')) {
    return reject(run, {
      errorClass: 'policy',
      code: isSender ? 550 : 556,
      dsn: isSender ? '4.7.27' : '4.1.10',
      text: `<${address}>: ${replyClass} rejected: Domain ${domain} does not accept mail (nullMX)`,
      source,
    });
  }
  const answer = await firstFound([() => Promise.resolve(mx), () => dns.a(domain), () => dns.aaaa(domain)]);
  if (answer.kind === 'found') return 'dunno';
  const deferral: Deferral = {
    errorClass: 'policy',
    code: 450,
    dsn: isSender ? '4.1.8' : '4.1.2',
    text: `<${address}>: ${replyClass} rejected: Domain not found`,
  };
  if (answer.kind === 'servfail')
    return softFail(run, 'unknown_address_tempfail_action', deferral, call.name);
  return reject(run, {
    ...deferral,
    code: run.context.config.integer('unknown_address_reject_code'),
    source,
  });
}
