/** The addresses of a host as getaddrinfo(3) gives them to restrictions: no reply filter, IPv6 first (RFC 6724). */
import { parseProtocols } from '../../config/networks.ts';
import { hostLookupWords, type DnsFailure } from '../../util/dns.ts';
import type { Run } from './run.ts';

export interface HostAddresses {
  readonly addresses: readonly string[];
  /** Why there are none. */
  readonly why: string;
}

export async function hostAddresses(run: Run, host: string): Promise<HostAddresses> {
  const { config, services } = run.context;
  const families = parseProtocols(config.get('inet_protocols'));
  const has = (family: 'ipv4' | 'ipv6') => 'problem' in families || families.includes(family);
  const answers = [
    ...(has('ipv6') ? [await services.dns.aaaa(host)] : []),
    ...(has('ipv4') ? [await services.dns.a(host)] : []),
  ];
  const addresses = answers.flatMap((answer) => (answer.kind === 'found' ? answer.records : []));
  const failures = answers.filter((answer): answer is DnsFailure => answer.kind !== 'found');
  return { addresses, why: addresses.length > 0 ? '' : hostLookupWords(failures) };
}
