/**
 * DNS as a dependency. The sandbox never asks the network: its own table answers, and without one only `localhost`
 * exists and every other look-up ends as it does on a machine whose name server does not answer.
 */

/** What a look-up came to. `absent` is a definite answer, `servfail` is "try again". */
export type DnsAnswer<T> =
  | { readonly kind: 'found'; readonly records: readonly T[] }
  | {
      readonly kind: 'absent';
      /** `nxdomain`: there is no such name; `nodata`: the name exists without such a record. */
      readonly why: 'nxdomain' | 'nodata';
    }
  | { readonly kind: 'servfail'; readonly reason: string };

/** An MX record. An empty `exchange` with preference 0 is a null MX (RFC 7505). */
export interface MxRecord {
  readonly preference: number;
  readonly exchange: string;
}

/** Names are given and answered without the final dot; comparison ignores case. */
export interface Dns {
  /** IPv4 addresses. */
  a(name: string): Promise<DnsAnswer<string>>;
  /** IPv6 addresses, compressed form. */
  aaaa(name: string): Promise<DnsAnswer<string>>;
  mx(name: string): Promise<DnsAnswer<MxRecord>>;
  ns(name: string): Promise<DnsAnswer<string>>;
  txt(name: string): Promise<DnsAnswer<string>>;
  /** Host names of an address. */
  ptr(address: string): Promise<DnsAnswer<string>>;
}

const NO_ANSWER = {
  kind: 'servfail',
  reason: 'Host not found, try again',
} as const;

/** Knows `localhost` as /etc/hosts of a bare machine does, and nothing else. */
export function createLocalhostDns(): Dns {
  const isLocalhost = (name: string) => name.toLowerCase().replace(/\.$/, '') === 'localhost';
  const localhostOnly =
    <T>(...records: readonly T[]) =>
    (name: string): Promise<DnsAnswer<T>> =>
      Promise.resolve(
        !isLocalhost(name)
          ? NO_ANSWER
          : records.length > 0
            ? { kind: 'found', records }
            : { kind: 'absent', why: 'nodata' },
      );
  return {
    a: localhostOnly('127.0.0.1'),
    aaaa: localhostOnly('::1'),
    mx: localhostOnly<MxRecord>(),
    ns: localhostOnly<string>(),
    txt: localhostOnly<string>(),
    ptr: (address) =>
      Promise.resolve(
        address === '127.0.0.1' || address === '::1'
          ? { kind: 'found', records: ['localhost'] }
          : { kind: 'absent', why: 'nxdomain' },
      ),
  };
}
