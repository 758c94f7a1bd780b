/** The client of a session as restrictions, log lines and Received headers see it (smtpd_peer(3)). */
import { isIP } from 'node:net';
import { isValidHostname } from '../address/hostname.ts';
import { hostLookupWords, tellDnsAnswer, type Dns, type DnsAnswer } from '../util/dns.ts';

/** How the look-up of a name ended; `forged`: the name does not point back to the address. */
export type NameStatus = 'ok' | 'temporary' | 'permanent' | 'forged';

export interface SmtpClient {
  /** Verified host name, or `unknown`. */
  readonly name: string;
  readonly nameStatus: NameStatus;
  /** What the address resolves to, verified or not; `unknown` without. */
  readonly reverseName: string;
  readonly reverseStatus: NameStatus;
  /** The DNS answers that the name comes from, for the journey; absent when nobody was asked. */
  readonly nameFound?: string;
  /** `127.0.0.1`, `::1`; `unknown` after XCLIENT ADDR=[UNAVAILABLE]. */
  readonly address: string;
  /** The peer's own address, whatever XCLIENT says: what permit_inet_interfaces goes by. */
  readonly socketAddress: string;
  /** Digits, or `unknown`. */
  readonly port: string;
  /** Where the client connected to. */
  readonly serverAddress: string;
  readonly serverPort: string;
}

/** What the log and most replies call the client: `localhost[127.0.0.1]`, with `:port` when smtpd_client_port_logging is on. */
export function clientLabel(client: SmtpClient, withPort: boolean): string {
  return `${client.name}[${client.address}]${withPort ? `:${client.port}` : ''}`;
}

/** The address as RFC 5321 writes literals: `IPv6:` in front of an IPv6 address. */
export function rfcAddress(address: string): string {
  return address.includes(':') ? `IPv6:${address}` : address;
}

/** The outcome of looking up who has an address. */
export interface ClientName extends Pick<
  SmtpClient,
  'name' | 'nameStatus' | 'reverseName' | 'reverseStatus' | 'nameFound'
> {
  /** For the log: what is wrong with the name. */
  readonly complaint?: string;
}

/** Finds the host name of an address, and whether the name points back to it. */
export type LookupClient = (address: string) => ClientName | Promise<ClientName>;

const unknownClient = (status: NameStatus): ClientName => ({
  name: 'unknown',
  nameStatus: status,
  reverseName: 'unknown',
  reverseStatus: status,
});

export const UNKNOWN_CLIENT_NAME = unknownClient('permanent');

/** The name of an address. A name that cannot be one is none: the system's resolver hides most of them. */
function nameOf(address: string, answer: DnsAnswer<string>): ClientName | { readonly reverseName: string } {
  const nameFound = `PTR of ${address}: ${tellDnsAnswer(answer)}`;
  if (answer.kind !== 'found') {
    return { ...unknownClient(answer.kind === 'servfail' ? 'temporary' : 'permanent'), nameFound };
  }
  const reverseName = answer.records[0] ?? '';
  if (isIP(reverseName) !== 0) {
    return { ...UNKNOWN_CLIENT_NAME, nameFound, complaint: `numeric hostname: ${reverseName}` };
  }
  return isValidHostname(reverseName) ? { reverseName } : { ...UNKNOWN_CLIENT_NAME, nameFound };
}

/** Address to name to address, as smtpd does at each connection. */
export function createClientLookup(dns: Dns): LookupClient {
  return async (address) => {
    const named = nameOf(address, await dns.ptr(address));
    if ('name' in named) return named;
    const { reverseName } = named;
    const isSix = address.includes(':');
    const back = await (isSix ? dns.aaaa(reverseName) : dns.a(reverseName));
    const nameFound = `PTR of ${address}: ${reverseName}; ${isSix ? 'AAAA' : 'A'} of ${reverseName}: ${tellDnsAnswer(back)}`;
    if (back.kind === 'found' && back.records.includes(address)) {
      return { name: reverseName, nameStatus: 'ok', reverseName, reverseStatus: 'ok', nameFound };
    }
    const why = back.kind === 'found' ? '' : `: ${hostLookupWords([back])}`;
    return {
      name: 'unknown',
      nameStatus: back.kind === 'servfail' ? 'temporary' : 'forged',
      reverseName,
      reverseStatus: 'ok',
      nameFound,
      complaint: `hostname ${reverseName} does not resolve to address ${address}${why}`,
    };
  };
}
