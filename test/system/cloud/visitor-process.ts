// Stands in for a person's browser at the sign-in page of the emulated user pool: a program on PATH
// by the name of `xdg-open` starts this with the address to open. The first password is read from
// the mail that the pool sent; the page asks for one of the person's own.

import { Visitor } from '../../support/openid-provider.ts';

const [address = ''] = process.argv.slice(2);
const person = process.env['WHEREFROM_TEST_PERSON'] ?? '';
const mailbox = new URL('/_ministack/ses/messages', process.env['AWS_ENDPOINT_URL']);

const { messages } = (await (await fetch(mailbox)).json()) as {
  messages: Record<string, { To: string[]; BodyText: string }[]>;
};
const mail = Object.values(messages)
  .flat()
  .findLast(({ To }) => To.includes(person));
const first = / temporary password is (.+)\.$/.exec(mail?.BodyText ?? '')?.[1] ?? '';

const own = 'Correct-Horse-7-Battery';
const filled: Readonly<Record<string, string>> = {
  username: person,
  password: first,
  new_password: own,
  confirm_password: own,
};

const visitor = new Visitor();
let page = await visitor.open(address);
for (let pages = 0; pages < 4; pages += 1) {
  const action = /<form[^>]* action="([^"]+)"/.exec(page.text)?.[1];
  if (action === undefined) break;
  const fields = [...page.text.matchAll(/<input[^>]* name="([^"]+)"(?: value="([^"]*)")?/g)];
  const form = Object.fromEntries(
    fields.map(([, name = '', value = '']) => [name, filled[name] ?? unescaped(value)]),
  );
  page = await visitor.open(new URL(action, page.url), form);
}

function unescaped(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
