import type { Recipe } from './recipe.ts';

export const senderRewriting: Recipe = {
  id: 'sender-rewriting',
  title: 'Sender Rewriting Scheme',
  section: 'Sender Rewriting Scheme',
  about: [
    'Envelope senders are rewritten into addresses of this machine, so that forwarded mail passes the checks of others, and addresses of bounces back again.',
    'A daemon (postsrsd, say) answers through a socket. While it does not, mail is put off with 451: a table that cannot be asked never loses mail.',
  ],
  fields: [
    { name: 'forward', label: 'Table for senders', value: 'socketmap:unix:srs:forward' },
    { name: 'reverse', label: 'Table for recipients', value: 'socketmap:unix:srs:reverse' },
  ],
  changes: [
    { kind: 'set', name: 'sender_canonical_maps', value: '{forward}' },
    { kind: 'set', name: 'sender_canonical_classes', value: 'envelope_sender' },
    { kind: 'set', name: 'recipient_canonical_maps', value: '{reverse}' },
    {
      kind: 'set',
      name: 'recipient_canonical_classes',
      value: 'envelope_recipient, header_recipient',
    },
  ],
  test: {
    shows: 'the sender is rewritten by the daemon, or mail is put off because it is not there',
    sender: 'app@example.com',
    recipient: 'root@localhost',
    subject: 'Forwarded',
    status: ['delivered', 'refused', 'deferred'],
    journey: 'canonical',
  },
};
