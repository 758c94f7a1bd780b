/**
 * DNS for a scenario. spec: records { name: { A: [..], AAAA: [..], MX: [[10, "mx"]], TXT: [..], PTR: [..], rcode } };
 * a name that is not there is NXDOMAIN, or spec.rcode. The product has a DNS table of its own in place of a server:
 * the target loads these records into it before the start, so there is nothing to run here.
 */
import type { HelperService } from './service.ts';

export function createDnsService(): HelperService {
  return { start: () => Promise.resolve(), stop: () => undefined, transcript: () => undefined };
}
