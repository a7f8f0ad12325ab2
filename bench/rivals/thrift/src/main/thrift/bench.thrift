namespace java dev.tern.bench.thrift.generated

struct Address {
  1: string street,
  2: string city,
  3: string zip,
  4: string country,
}

struct Item {
  1: string sku,
  2: string title,
  3: i32 quantity,
  4: double price,
}

struct Order {
  1: i64 id,
  2: string customer,
  3: bool paid,
  4: double total,
  5: Address address,
  6: list<Item> items,
}

service Bench {
  i32 add(1: i32 a, 2: i32 b),
  Order echoOrder(1: Order order),
}
