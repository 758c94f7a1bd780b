/** What a policy server is told: the attributes of SMTPD_POLICY_README, in Postfix's order. */
import type { Facts } from '../policy/facts.ts';

const AT_THE_END: readonly string[] = ['DATA', 'BDAT', 'END-OF-MESSAGE'];

/** `name=value` lines and the empty line that ends them. */
export function policyRequest(
  facts: Facts,
  given: { readonly context: string; readonly stress: string },
): string {
  const { client, sasl, where } = facts;
  const attributes: readonly (readonly [name: string, value: string | number])[] = [
    ['request', 'smtpd_access_policy'],
    ['protocol_state', where === 'BDAT' ? 'DATA' : where],
    ['protocol_name', facts.protocol],
    ['client_address', client.address],
    ['client_name', client.name],
    ['client_port', client.port],
    ['reverse_client_name', client.reverseName],
    ['server_address', client.serverAddress],
    ['server_port', client.serverPort],
    ['helo_name', facts.helo ?? ''],
    ['sender', facts.sender ?? ''],
    ['recipient', facts.recipient ?? ''],
    ['recipient_count', AT_THE_END.includes(where) ? facts.recipientCount : 0],
    ['queue_id', facts.queueId ?? ''],
    ['instance', facts.instance],
    ['size', facts.messageSize],
    ['etrn_domain', facts.etrnDomain ?? ''],
    ['stress', given.stress],
    ['sasl_method', sasl?.method ?? ''],
    ['sasl_username', sasl?.username ?? ''],
    ['sasl_sender', ''],
    ['ccert_subject', ''],
    ['ccert_issuer', ''],
    ['ccert_fingerprint', ''],
    ['ccert_pubkey_fingerprint', ''],
    ['encryption_protocol', ''],
    ['encryption_cipher', ''],
    ['encryption_keysize', 0],
    ['policy_context', given.context],
  ];
  return `${attributes.map(([name, value]) => `${name}=${oneLine(value)}\n`).join('')}\n`;
}

/** A value with a newline in it would end the attribute, and begin one that the client has made up. */
const oneLine = (value: string | number): string => String(value).replace(/[\r\n]/g, ' ');
