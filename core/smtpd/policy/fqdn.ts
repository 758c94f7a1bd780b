/** reject_non_fqdn_sender, reject_non_fqdn_recipient: an address needs a domain with a dot in it. */
import { isValidUtf8Hostname } from '../../address/hostname.ts';
import { domainOf, withoutFinalDot } from '../hostnames.ts';
import type { Call } from './restriction.ts';
import { reject, restrictionSource, type Run, type Status } from './run.ts';

export function rejectNonFqdnAddress(run: Run, call: Call, address: string, replyClass: string): Status {
  const domain = domainOf(address) ?? '';
  if (domain.startsWith('[') && domain.endsWith(']')) return 'dunno';
  const name = withoutFinalDot(domain);
  if (isValidUtf8Hostname(name, run.facts.smtputf8) && name.includes('.')) return 'dunno';
  return reject(run, {
    errorClass: 'policy',
    code: run.context.config.integer('non_fqdn_reject_code'),
    dsn: '4.5.2',
    text: `<${address}>: ${replyClass} rejected: need fully-qualified address`,
    source: restrictionSource(run, call.name),
  });
}
