/** The client of a session as restrictions, log lines and Received headers see it (smtpd_peer(3)). */
import { isIPv6 } from 'node:net';
import type { Dns } from '../util/dns.ts';

/** How the look-up of a name ended; `forged`: the name does not point back to the address. */
export type NameStatus = 'ok' | 'temporary' | 'permanent' | 'forged';

export interface SmtpClient {
  /** Verified host name, or `unknown`. */
  readonly name: string;
  readonly nameStatus: NameStatus;
  /** What the address resolves to, verified or not; `unknown` without. */
  readonly reverseName: string;
  readonly reverseStatus: NameStatus;
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
export type ClientName = Pick<SmtpClient, 'name' | 'nameStatus' | 'reverseName' | 'reverseStatus'>;

/** Finds the host name of an address, and whether the name points back to it. */
export type LookupClient = (address: string) => ClientName | Promise<ClientName>;

const unknownClient = (status: NameStatus): ClientName => ({
  name: 'unknown',
  nameStatus: status,
  reverseName: 'unknown',
  reverseStatus: status,
});

export const UNKNOWN_CLIENT_NAME = unknownClient('permanent');
const LOCALHOST: ClientName = {
  name: 'localhost',
  nameStatus: 'ok',
  reverseName: 'localhost',
  reverseStatus: 'ok',
};

/** Address to name to address, as smtpd does at each connection. 127.0.0.1 and ::1 need no question, like in /etc/hosts. */
export function createClientLookup(dns: Dns): LookupClient {
  async function ask(address: string): Promise<ClientName> {
    const names = await dns.ptr(address);
    if (names.kind !== 'found') return unknownClient(names.kind === 'servfail' ? 'temporary' : 'permanent');
    const reverseName = names.records[0] ?? 'unknown';
    const addresses = await (isIPv6(address) ? dns.aaaa(reverseName) : dns.a(reverseName));
    const unverified = (nameStatus: NameStatus): ClientName => ({
      name: 'unknown',
      nameStatus,
      reverseName,
      reverseStatus: 'ok',
    });
    if (addresses.kind !== 'found')
      return unverified(addresses.kind === 'servfail' ? 'temporary' : 'permanent');
    return addresses.records.includes(address)
      ? { name: reverseName, nameStatus: 'ok', reverseName, reverseStatus: 'ok' }
      : unverified('forged');
  }
  return (address) => (address === '127.0.0.1' || address === '::1' ? LOCALHOST : ask(address));
}
