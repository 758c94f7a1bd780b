/** Where a message came from, as XFORWARD tells a content filter (XFORWARD_README). */
import { createOwnAddressTest } from '../../address/own-addresses.ts';
import type { Config } from '../../config/config.ts';
import type { ClientIdentity } from '../../mail/message.ts';
import { parseIp } from '../../tables/ip.ts';
import { createMatchList } from '../../tables/match-list.ts';
import type { Tables } from '../../tables/table.ts';
import { splitWords } from '../../tables/words.ts';
import type { Origin } from './envelope.ts';

/** Whether a client's mail was completed as local: local_header_rewrite_clients, asked again. */
export function createOriginTest(
  config: Config,
  tables: Tables,
): (client: ClientIdentity | null) => Promise<Origin> {
  const words = splitWords(config.get('local_header_rewrite_clients'));
  const isOwn = createOwnAddressTest(config);
  const networks = createMatchList({ config, tables, parameter: 'mynetworks', kind: 'namadr' });

  async function matches(word: string, client: ClientIdentity): Promise<boolean> {
    if (word.includes(':')) {
      return (
        (await tables.maps(word, 'local_header_rewrite_clients').lookup(client.address)).kind === 'found'
      );
    }
    switch (word.toLowerCase()) {
      case 'permit_inet_interfaces': {
        const bytes = parseIp(client.address);
        return bytes !== undefined && isOwn(bytes);
      }
      case 'permit_mynetworks':
        return (await networks.match(client.name, client.address)).kind === 'found';
      case 'permit_sasl_authenticated':
        return client.saslUsername !== '';
      default:
        return false;
    }
  }

  return async (client) => {
    // what programs of this machine submit has no client
    if (client === null) return { client, isLocal: true };
    for (const word of words) if (await matches(word, client)) return { client, isLocal: true };
    return { client, isLocal: false };
  };
}
