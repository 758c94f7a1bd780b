/**
 * What each parameter does, in one sentence of ours. Families that differ by a prefix or a suffix only (lmtp_ and smtp_, the
 * TLS settings of several programs, those of each transport) share their sentences.
 */
import { GENERAL } from './about/general.ts';
import { POSTSCREEN } from './about/postscreen.ts';
import { CLIENT, SERVER, TLS, TLS_LIBRARY } from './about/smtp.ts';

type Sentences = ReadonlyMap<string, string>;

function sentences(table: string): Sentences {
  const rows = table.split('\n').filter((row) => row !== '');
  return new Map(rows.map((row) => [row.slice(0, row.indexOf(':')), row.slice(row.indexOf(':') + 1).trim()]));
}

const single = sentences(GENERAL + SERVER + TLS_LIBRARY + POSTSCREEN);
const client = sentences(CLIENT);
const tls = sentences(TLS);
const general = sentences(GENERAL);

const TLS_PREFIXES = /^(?:smtpd?_tls_|lmtp_tls_|tlsproxy_tls_|tlsproxy_client_)/;

/** A transport's own setting: what it is in general, said of this transport. */
function ofTransport(name: string): string | undefined {
  const found = /^(.+?)((?:_initial)?_(?:destination|delivery|extra|minimum|recipient|transport)_.*)$/.exec(
    name,
  );
  if (found === null)
    return /_time_limit$/.test(name) ? 'How long a command of this service may run.' : undefined;
  const [, transport = '', suffix = ''] = found;
  const sentence = general.get(
    suffix === '_initial_destination_concurrency' ? suffix.slice(1) : `default${suffix}`,
  );
  return sentence === undefined ? undefined : `For the transport ${transport}: ${lowerFirst(sentence)}`;
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

/** '' for a name that is none of Postfix's, nor of a transport's. */
export function aboutParameter(name: string): string {
  const own = single.get(name);
  if (own !== undefined) return own;
  const clientWord = /^(?:smtp|lmtp)_(.*)$/.exec(name)?.[1];
  const found =
    (clientWord === undefined ? undefined : client.get(clientWord)) ??
    (TLS_PREFIXES.test(name) ? tls.get(name.replace(TLS_PREFIXES, '')) : undefined);
  if (found !== undefined) return found;
  const macros = /^milter_(.*)_macros$/.exec(name)?.[1];
  if (macros !== undefined)
    return `The macros that milters get at this point: ${macros.replaceAll('_', ' ')}.`;
  const service = /^(.*)_service_name$/.exec(name)?.[1];
  if (service !== undefined) return `The name of the ${service.replaceAll('_', ' ')} service in master.cf.`;
  return ofTransport(name) ?? '';
}
