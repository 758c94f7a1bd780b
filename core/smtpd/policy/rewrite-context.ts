/** Whether a client's message headers are completed and rewritten as local mail (local_header_rewrite_clients). */
import { splitWords } from '../../tables/words.ts';
import { reply, type Reply } from '../../mail/reply.ts';
import type { PolicyContext } from './context.ts';
import type { Facts } from './facts.ts';
import { whatsup } from './run.ts';

export type RewriteRuling =
  | { readonly kind: 'decided'; readonly context: 'local' | 'remote' }
  | { readonly kind: 'refused'; readonly reply: Reply; readonly log: string };

export async function decideRewriteContext(context: PolicyContext, facts: Facts): Promise<RewriteRuling> {
  const words = splitWords(context.config.get('local_header_rewrite_clients'));
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const isTable = word.includes(':');
    if (!isTable && word.toLowerCase() === 'check_address_map') continue;
    const matched = isTable ? await matchTable(context, word, facts) : await matchWord(context, word, facts);
    if (matched === 'unavailable') return refuse(context, facts);
    if (matched) return { kind: 'decided', context: 'local' };
  }
  return { kind: 'decided', context: 'remote' };
}

async function matchTable(context: PolicyContext, word: string, facts: Facts): Promise<boolean | 'unavailable'> {
  const result = await context.accessMaps(word).lookup(facts.client.address);
  return result.kind === 'unavailable' ? 'unavailable' : result.kind === 'found';
}

async function matchWord(context: PolicyContext, word: string, facts: Facts): Promise<boolean | 'unavailable'> {
  switch (word.toLowerCase()) {
    case 'permit_inet_interfaces':
      return context.isOwnAddress(facts.client.socketAddress);
    case 'permit_mynetworks': {
      const matched = await context.mynetworks.match(facts.client.name, facts.client.address);
      return matched.kind === 'unavailable' ? 'unavailable' : matched.kind === 'found';
    }
    case 'permit_sasl_authenticated':
      return facts.sasl !== undefined;
    default:
      // permit_tls_*: no client certificates yet; anything else is ignored, as Postfix does with a warning.
      return false;
  }
}

function refuse(context: PolicyContext, facts: Facts): RewriteRuling {
  const text = 'Temporary lookup error';
  return {
    kind: 'refused',
    reply: reply(451, '4.3.0', text),
    log: whatsup(facts, context.settings.logAddressInternal, 'reject', `451 4.3.0 ${text}`),
  };
}
