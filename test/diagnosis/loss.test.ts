import t from 'tap'
import { kind } from '../../src/diagnosis/kinds.ts'
import { failureShare } from '../../src/diagnosis/loss.ts'

const percent = (known: number, there: number, back: number) => Math.round(1000 * failureShare(known, there, back)) / 10

t.test('a tenth of the packets is a fifth of the echoes and a twenty-fifth of the connections', async (t) => {
  t.equal(percent(kind.oneWay, 0.1, 0.1), 10)
  t.equal(percent(kind.udp, 0.1, 0.1), 19)
  t.equal(percent(kind.tcp, 0.1, 0.1), 3.6)
  t.equal(percent(kind.dnsInternal, 0.1, 0.1), 3.6)
  t.equal(percent(kind.http, 0.1, 0.1), 7.1)
})

t.test('a round trip fails whichever way is cut, a datagram on its own only there', async (t) => {
  for (const known of [kind.udp, kind.mtu, kind.tcp, kind.http, kind.dnsInternal]) {
    t.equal(percent(known, 1, 0), 100)
    t.equal(percent(known, 0, 1), 100)
  }
  t.strictSame([percent(kind.oneWay, 1, 0), percent(kind.oneWay, 0, 1)], [100, 0])
})
