export class Money {
  constructor(readonly cents: bigint) {}
  static parse(text: string): Money {
    return new Money(BigInt(text.replace('.', '')))
  }
  static fromFloat(amount: number): Money {
    return new Money(BigInt(Math.round(amount * 100)))
  }
  times(share: number): Money {
    return new Money((this.cents * BigInt(Math.round(share * 100))) / 100n)
  }
}
