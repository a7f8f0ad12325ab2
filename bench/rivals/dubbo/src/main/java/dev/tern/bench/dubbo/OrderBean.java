package dev.tern.bench.dubbo;

import dev.tern.bench.contender.Expect;
import dev.tern.bench.contender.Order;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** The order as hessian likes it: fields, and a constructor without arguments. */
public final class OrderBean implements Serializable {
  private static final long serialVersionUID = 1;

  private long id;
  private String customer = "";
  private boolean paid;
  private double total;
  private AddressBean address = new AddressBean();
  private ArrayList<ItemBean> items = new ArrayList<>();

  /** For hessian. */
  public OrderBean() {}

  static OrderBean of(Order order) {
    OrderBean bean = new OrderBean();
    bean.id = order.id();
    bean.customer = order.customer();
    bean.paid = order.paid();
    bean.total = order.total();
    bean.address = AddressBean.of(order.address());
    bean.items = new ArrayList<>(order.items().stream().map(ItemBean::of).toList());
    return bean;
  }

  private Order toOrder() {
    List<Order.Item> all = items.stream().map(ItemBean::toItem).toList();
    return new Order(id, customer, paid, total, address.toAddress(), all);
  }

  void expectEqual(OrderBean echoed) {
    Expect.equal(toOrder(), echoed.toOrder());
  }

  /** Where it goes. */
  public static final class AddressBean implements Serializable {
    private static final long serialVersionUID = 1;

    private String street = "";
    private String city = "";
    private String zip = "";
    private String country = "";

    /** For hessian. */
    public AddressBean() {}

    static AddressBean of(Order.Address address) {
      AddressBean bean = new AddressBean();
      bean.street = address.street();
      bean.city = address.city();
      bean.zip = address.zip();
      bean.country = address.country();
      return bean;
    }

    Order.Address toAddress() {
      return new Order.Address(street, city, zip, country);
    }
  }

  /** What goes there. */
  public static final class ItemBean implements Serializable {
    private static final long serialVersionUID = 1;

    private String sku = "";
    private String title = "";
    private int quantity;
    private double price;

    /** For hessian. */
    public ItemBean() {}

    static ItemBean of(Order.Item item) {
      ItemBean bean = new ItemBean();
      bean.sku = item.sku();
      bean.title = item.title();
      bean.quantity = item.quantity();
      bean.price = item.price();
      return bean;
    }

    Order.Item toItem() {
      return new Order.Item(sku, title, quantity, price);
    }
  }
}
