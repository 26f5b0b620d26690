"""The real table: its definition, and the permissions of the service."""

import json
from typing import Any

from step_6 import Order

from pydamodb import check_tables, table_definition
from pydamodb.testing import engine

OPERATIONS = ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query")
ACTIONS = [f"dynamodb:{name}" for name in OPERATIONS]


def template() -> dict[str, Any]:
    """Return a template with the table, and with what the service may do."""
    return {
        "Resources": {
            "Orders": table_definition(Order, format="cloudformation"),
            "ServiceMayUseOrders": {
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": {
                    "PolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Action": ACTIONS,
                                "Resource": {"Fn::GetAtt": ["Orders", "Arn"]},
                            }
                        ],
                    }
                },
            },
        }
    }


def main() -> None:
    """Show how a table differs from the model."""
    print(check_tables(Order))


if __name__ == "__main__":
    print(json.dumps(template()["Resources"]["Orders"], indent=2))
    with engine() as pydamo:
        pydamo.tables_for(Order)
        main()
