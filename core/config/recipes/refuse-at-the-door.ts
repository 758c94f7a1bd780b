import type { Recipe } from './recipe.ts';

export const refuseAtTheDoor: Recipe = {
  id: 'refuse-at-the-door',
  title: 'Refuse at the door',
  section: 'Local mail, strictly',
  about: [
    'A new sandbox takes mail for outside, keeps it and lets the delivery fail, so that you can look at it.',
    'With this it does what Postfix does with the same main.cf: outside recipients are refused at RCPT TO, and your program sees that.',
  ],
  fields: [],
  changes: [{ kind: 'no-override', name: 'smtpd_reject_unlisted_recipient' }],
  test: {
    shows: 'a message for outside is refused while the client is still there',
    sender: 'app@example.com',
    recipient: 'customer@example.com',
    subject: 'For outside',
    status: ['refused'],
    reason: 'outside mail is not deliverable',
  },
};
