import type { Recipe } from './recipe.ts';

export const hideHeaders: Recipe = {
  id: 'hide-headers',
  title: 'Hide client headers',
  section: "Hide the sender's IP and user agent in the Received header",
  about: [
    "Received and User-Agent tell the world a sender's address and program. This takes both off mail that is sent on.",
    'It acts where the smtp client delivers, which in a sandbox is only to addresses of this machine; mail that is kept here keeps its headers.',
  ],
  fields: [],
  changes: [
    { kind: 'set', name: 'smtp_header_checks', value: 'regexp:$config_directory/smtp_header_checks' },
    {
      kind: 'lines',
      file: 'smtp_header_checks',
      comment:
        '# smtp_header_checks: headers of mail that is sent on, and what is done with them (header_checks(5)).',
      lines: ['/^Received: .*/     IGNORE', '/^User-Agent: .*/   IGNORE'],
    },
  ],
  test: {
    shows: 'the headers that would be taken off this message',
    sender: 'app@example.com',
    recipient: 'root@localhost',
    subject: 'What is told about me',
    headers: ['Received: from laptop (192.168.1.5) by mail.example.com', 'User-Agent: Thunderbird'],
    status: ['delivered'],
    asksTable: 'smtp_header_checks',
  },
};
