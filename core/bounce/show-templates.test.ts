import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config/load.ts';
import { SILENT } from '../util/log.ts';
import { showExpandedTemplates, showTemplates } from './show-templates.ts';
import { loadTemplates } from './template.ts';

const config = loadConfig('/c', {
  hostname: 'sandbox',
  files: {
    'main.cf': 'compatibility_level = 3.6\nmyhostname = mail.test\ndelay_warning_time = 4h\n',
    'master.cf': '',
  },
});
const templates = loadTemplates(config, SILENT);

describe('postconf -t and -b', () => {
  it('writes templates that bounce_template_file could hold', () => {
    expect(showTemplates(templates).split('\n').slice(0, 7)).toEqual([
      'failure_template = <<EOF',
      'Charset: us-ascii',
      'From: Mail Delivery System <MAILER-DAEMON>',
      'Subject: Undelivered Mail Returned to Sender',
      'Postmaster-Subject: Postmaster Copy: Undelivered Mail',
      '',
      'This is the mail system at host $myhostname.',
    ]);
  });

  it('fills in names and times', () => {
    const text = showExpandedTemplates(templates, config, SILENT);
    expect(text).toContain('expanded_delay_text = <<EOF\nThis is the mail system at host mail.test.\n');
    expect(text).toContain('for more than 4 hour(s).\nIt will be retried until it is 5 day(s) old.\n');
    expect(text).toMatch(/The mail system\nEOF\n$/);
  });
});
