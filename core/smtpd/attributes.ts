/** Names that reply texts may use: `$client_address` in smtpd_reject_footer and RBL replies (smtpd_expand(3)). */
import { censor } from '../config/censor.ts';
import type { Facts } from './policy/facts.ts';

/** Undefined for a name that does not exist; parameters of main.cf are not shown to clients. */
export function expandAttribute(
  facts: Pick<Facts, 'at' | 'client' | 'clientLabel' | 'helo' | 'sender' | 'recipient'>,
  { settings }: { readonly settings: { readonly myhostname: string } },
  name: string,
): string | undefined {
  const { client } = facts;
  switch (name) {
    case 'server_name':
      return settings.myhostname;
    case 'client':
      return facts.clientLabel;
    case 'client_address':
      return client.address;
    case 'client_name':
      return client.name;
    case 'client_port':
      return client.port;
    case 'reverse_client_name':
      return client.reverseName;
    case 'helo_name':
      return facts.helo ?? '';
    case 'localtime':
      return localTime(facts.at);
    default:
      if (name.startsWith('sender')) return addressPart(facts.sender, name.slice('sender'.length));
      if (name.startsWith('recipient')) return addressPart(facts.recipient, name.slice('recipient'.length));
      return undefined;
  }
}

/** What a client said about itself, with smtpd_expansion_filter's characters only. */
export const censored = (value: string | undefined, filter: string): string | undefined =>
  value === undefined ? undefined : censor(value, filter);

function addressPart(address: string | undefined, part: string): string | undefined {
  if (part !== '' && part !== '_name' && part !== '_domain') return undefined;
  if (address === undefined) return '';
  if (address === '') return part === '_domain' ? '' : '<>';
  const at = address.lastIndexOf('@');
  if (part === '') return address;
  if (part === '_domain') return at < 0 ? '' : address.slice(at + 1);
  return at < 0 ? address : address.slice(0, at);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function localTime(at: number): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, '0');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${MONTHS[date.getMonth()] ?? ''} ${two(date.getDate())} ${time}`;
}
