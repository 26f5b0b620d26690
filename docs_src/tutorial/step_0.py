"""Store one product, and read it again."""

from typing import Annotated

from pydamodb import PartitionKey, PrimaryKeyModel, PydamoConfig
from pydamodb.testing import engine


class Product(PrimaryKeyModel):
    """Something that the shop sells."""

    pydamo_config = PydamoConfig(table="products")

    sku: Annotated[str, PartitionKey]
    name: str


def main() -> None:
    """Save, and read."""
    Product(sku="tea", name="Green tea").save()
    print(Product.get_item("tea"))


if __name__ == "__main__":
    with engine() as pydamo:
        pydamo.tables_for(Product)
        main()
