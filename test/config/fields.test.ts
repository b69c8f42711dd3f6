import t from 'tap'

import { choice, duration, type Field, filledBy, flag, integer, port, text, texts } from '../../src/config/fields.ts'

const time = duration('2s', { min: '50ms', max: '1h' }, 'how long')

t.test('fields read what a file says', async (t) => {
  const cases: readonly { readonly field: Field<unknown>; readonly raw: unknown; readonly value: unknown }[] = [
    { field: time, raw: '50ms', value: 50 },
    { field: time, raw: '7s', value: 7000 },
    { field: time, raw: '3m', value: 180_000 },
    { field: time, raw: '1h', value: 3_600_000 },
    { field: integer(1, { min: -5, max: 5 }, ''), raw: -5, value: -5 },
    { field: port(7790, ''), raw: 65_535, value: 65_535 },
    { field: flag(false, ''), raw: true, value: true },
    { field: text('', ''), raw: '', value: '' },
    { field: texts([], ''), raw: ['a', 'b'], value: ['a', 'b'] },
    { field: choice(['a', 'b'], 'a', ''), raw: 'b', value: 'b' },
  ]
  for (const { field, raw, value } of cases) t.same(field.parse(raw), value, JSON.stringify(raw))
})

t.test('fields refuse, and say what they expected and what they found', async (t) => {
  const cases: readonly { readonly field: Field<unknown>; readonly raw: unknown; readonly message: string }[] = [
    { field: time, raw: 5, message: 'expected a duration from 50ms to 1h such as "2s", got 5' },
    { field: time, raw: '5', message: 'expected a duration from 50ms to 1h such as "2s", got "5"' },
    { field: time, raw: '5 s', message: 'expected a duration from 50ms to 1h such as "2s", got "5 s"' },
    { field: time, raw: '49ms', message: 'expected a duration from 50ms to 1h such as "2s", got "49ms"' },
    { field: time, raw: '2h', message: 'expected a duration from 50ms to 1h such as "2s", got "2h"' },
    { field: port(1, ''), raw: '80', message: 'expected a whole number from 0 to 65535, got "80"' },
    { field: port(1, ''), raw: 65_536, message: 'expected a whole number from 0 to 65535, got 65536' },
    { field: port(1, ''), raw: -1, message: 'expected a whole number from 0 to 65535, got -1' },
    { field: port(1, ''), raw: 1.5, message: 'expected a whole number from 0 to 65535, got 1.5' },
    { field: flag(true, ''), raw: 'true', message: 'expected true or false, got "true"' },
    { field: text('', ''), raw: null, message: 'expected text of at most 1024 characters, got null' },
    { field: text('', ''), raw: 7, message: 'expected text of at most 1024 characters, got 7' },
    { field: texts([], ''), raw: 'a,b', message: 'expected a list of texts, at most 256, got "a,b"' },
    { field: texts([], ''), raw: ['a', 1], message: 'expected a list of texts, at most 256, got ["a",1]' },
    { field: choice(['a', 'b'], 'a', ''), raw: 'c', message: 'expected one of a, b, got "c"' },
  ]
  for (const { field, raw, message } of cases) t.throws(() => field.parse(raw), new RangeError(message), message)
})

t.test('fields have limits', async (t) => {
  const long = 'x'.repeat(1025)
  t.throws(() => text('', '').parse(long), { message: /got "x+…$/ }, 'a long text, which is not repeated whole')
  t.throws(() => texts([], '').parse(Array(257).fill('a')), RangeError, 'a long list')
})

t.test('fields understand texts of the environment and the command line', async (t) => {
  t.equal(time.fromText('5s'), '5s')
  t.equal(port(0, '').fromText('80'), 80)
  t.equal(port(0, '').fromText('8o'), '8o', 'what is no number is left for parse() to refuse')
  t.equal(port(0, '').fromText('9'.repeat(30)), '9'.repeat(30))
  t.equal(flag(true, '').fromText('false'), false)
  t.equal(flag(true, '').fromText('true'), true)
  t.equal(flag(true, '').fromText('no'), 'no')
  t.same(texts([], '').fromText('a,b,'), ['a', 'b'])
  t.same(texts([], '').fromText(''), [])
  t.equal(choice(['a'], 'a', '').fromText('a'), 'a')
  t.equal(filledBy('POD_UID', text('', '')).variable, 'POD_UID')
})
