/** The ways to see a message. Pure. */
import type { MessageBody } from '../../core/api/contract/mail.ts';
import type { ReaderTab } from '../state/reader.svelte.ts';

export interface NamedTab {
  readonly tab: ReaderTab;
  readonly name: string;
}

/** A message inside of another has no journey of its own: it came along. */
export function tabsOf({ hasHtml }: Pick<MessageBody, 'hasHtml'>, isInside: boolean): readonly NamedTab[] {
  return [
    ...(hasHtml ? [{ tab: 'html' as const, name: 'HTML' }] : []),
    { tab: 'text', name: 'Text' },
    { tab: 'headers', name: 'Headers' },
    { tab: 'parts', name: 'Parts' },
    { tab: 'source', name: 'Source' },
    ...(isInside ? [] : [{ tab: 'journey' as const, name: 'Journey' }]),
    { tab: 'checks', name: 'Checks' },
  ];
}
