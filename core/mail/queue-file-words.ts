/** What Postfix writes into a queue file about a message's client and DSN wishes (smtpd(8), mail_proto.h). */
import type { ClientIdentity } from './message.ts';

/** RET=, as its queue file has it. */
export const RET_FLAGS: Readonly<Record<string, string>> = { FULL: '1', HDRS: '2' };

/** Named attributes, in their order; one without a value is not written. */
export function clientAttributes(
  client: ClientIdentity,
): readonly (readonly [name: string, value: string])[] {
  const { name, address, helo, protocol, saslMethod, saslUsername } = client;
  const port = String(client.port);
  return [
    ['sasl_method', saslMethod],
    ['sasl_username', saslUsername],
    ['log_client_name', name],
    ['log_client_address', address],
    ['log_client_port', port],
    ['log_message_origin', `${name}[${address}]`],
    ['log_helo_name', helo],
    ['log_protocol_name', protocol],
    ['client_name', name],
    ['reverse_client_name', name],
    ['client_address', address],
    ['client_port', port],
    ['helo_name', helo],
    ['protocol_name', protocol],
    ['client_address_type', address.includes(':') ? '10' : '2'],
  ];
}
