import { expect, test } from 'vitest';
import { scenario } from '../../core/api/contract/scenario.ts';
import {
  commandOf,
  FIRST_FORM,
  formOf,
  inputOf,
  recipientsOf,
  scenarioOf,
  type LabForm,
} from './lab-form.ts';

test.each([
  ['a@b, c@d', ['a@b', 'c@d']],
  ['<a@b>;\n c@d\n', ['a@b', 'c@d']],
  ['"quo ted, name"@localhost x', ['"quo ted, name"@localhost', 'x']],
  [' ', []],
])('recipients of %j', (recipients, expected) => {
  expect(recipientsOf({ recipients })).toEqual(expected);
});

test('the command says only what is not the default, and quotes for a shell', () => {
  expect(commandOf({ ...FIRST_FORM, recipients: 'root@localhost' })).toBe(
    'sandpost trace \\\n  --from user@example.com \\\n  root@localhost',
  );
  const form: LabForm = {
    ...FIRST_FORM,
    clientAddress: '192.0.2.7',
    tls: true,
    login: "o'neill",
    sender: '',
    recipients: '"a b"@localhost',
    message: { kind: 'captured', id: 7, subject: 'x' },
  };
  expect(commandOf(form)).toBe(
    "sandpost trace \\\n  --client 192.0.2.7 \\\n  --tls \\\n  --login 'o'\\''neill' \\\n  --from '' \\\n  --id 7 \\\n  '\"a b\"@localhost'",
  );
});

test('a typed message travels as bytes, a captured one as its number', () => {
  const typed = inputOf({ ...FIRST_FORM, message: { kind: 'text', text: 'Grüße' } }, { 'main.cf': 'x' });
  expect(typed).toMatchObject({
    draft: { 'main.cf': 'x' },
    rawBase64: Buffer.from('Grüße').toString('base64'),
  });
  expect(inputOf({ ...FIRST_FORM, message: { kind: 'captured', id: 7, subject: '' } }, {})).toMatchObject({
    messageId: 7,
  });
});

test.each([
  [Buffer.from('Subject: x\r\n\r\nGrüße\r\n'), { message: 'Subject: x\n\nGrüße\n' }],
  [Buffer.from([0x53, 0xff, 0xfe]), { messageBase64: 'U//+' }],
])('a scenario has the bytes of a captured message as text where they are text', (bytes, expected) => {
  const form: LabForm = { ...FIRST_FORM, message: { kind: 'captured', id: 7, subject: 'x' } };
  const saved = scenarioOf(form, {}, [], bytes);
  expect(saved).toMatchObject(expected);
  expect(scenario.parse(JSON.parse(JSON.stringify(saved)))).toEqual(saved);
});

test('a scenario fills the form again', () => {
  const form: LabForm = { ...FIRST_FORM, tls: true, message: { kind: 'text', text: 'x' } };
  expect(formOf(scenarioOf(form, {}, [], undefined))).toEqual(form);
});
