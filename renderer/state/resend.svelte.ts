import { safe } from '@orpc/client';
import type { MessageAt } from '../../core/api/contract/resources.ts';
import { parseMailboxes } from '../../core/mail/mailboxes.ts';
import type { Api } from './connection.svelte.ts';
import { explain } from './failure.ts';
import type { ShownMessage } from './reader.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';

export interface ResendDependencies {
  readonly api: { readonly mail: Pick<Api['mail'], 'resend'> };
  readonly toasts: Toasts;
  /** Opens the journey of what was handed in. */
  readonly onSent: (id: number) => void;
}

/** A captured message that is to be sent once more: with which envelope. */
export class Resend {
  at = $state.raw<MessageAt | undefined>();
  subject = $state('');
  sender = $state('');
  recipients = $state('');
  isMarked = $state(false);
  isSending = $state(false);
  failure = $state('');
  readonly #given: ResendDependencies;

  constructor(dependencies: ResendDependencies) {
    this.#given = dependencies;
  }

  /** With the envelope that it had. */
  open({ at, message, inner }: ShownMessage): void {
    this.at = at;
    this.subject = (inner ?? message).subject;
    this.sender = message.envelope.sender;
    this.recipients = [...new Set(message.envelope.recipients)].join(', ');
    this.isMarked = false;
    this.failure = '';
  }

  close(): void {
    this.at = undefined;
  }

  async send(): Promise<void> {
    const { at } = this;
    const { mailboxes, bad } = parseMailboxes(this.recipients);
    const sender = parseMailboxes(this.sender.replace(/^\s*<\s*>\s*$/, ''));
    const wrong = [...bad, ...sender.bad];
    if (at === undefined || this.isSending) return;
    if (wrong.length > 0) this.failure = `${wrong.map((text) => `“${text}”`).join(', ')} is not an address.`;
    else if (mailboxes.length === 0) this.failure = 'There is no recipient.';
    if (wrong.length > 0 || mailboxes.length === 0) return;
    this.isSending = true;
    this.failure = '';
    const [error, sent] = await safe(
      this.#given.api.mail.resend({
        ...at,
        sender: sender.mailboxes[0]?.address ?? '',
        recipients: mailboxes.map(({ address }) => address),
        isMarked: this.isMarked,
      }),
    );
    this.isSending = false;
    if (error !== null) this.failure = explain(error);
    else if (sent.id === undefined)
      this.failure = sent.refused.join(' ') || `Not stored: see ${sent.queueId}.`;
    else {
      this.close();
      this.#given.toasts.show(`Resent: queued as ${sent.queueId}`);
      this.#given.onSent(sent.id);
    }
  }
}
