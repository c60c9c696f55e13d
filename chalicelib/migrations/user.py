"""The functions' database user. The master user creates it once."""

from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from pydantic import SecretStr

from chalicelib.postgres import connect, fetch_row
from chalicelib.settings import Settings

LOCK = 0x50524F44  # one runner at a time; the number is arbitrary
_SIGNED_IN_BY_IAM = "rds_iam"  # RDS signs members of this role in by IAM, without a password
_IS_KNOWN = "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)"
_OWNER = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"


def make_user(settings: Settings, master: str, password: str) -> None:
    """Create the user of `settings`, who owns their database. Idempotent, also concurrently."""
    as_master = {"database_user": master, "database_password": SecretStr(password)}
    with connect(settings.model_copy(update=as_master), "make_user") as connection:
        make_owner(connection, settings.database_user)


def make_owner(connection: Connection, name: str) -> None:
    """Create the user `name`, who signs in by IAM and owns the connection's database.

    The connection's user needs only what RDS grants a master: creating roles and databases.
    """
    user = sql.Identifier(name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        cursor.execute(_IS_KNOWN, (name,))
        if not fetch_row(cursor)[0]:
            cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(user))
        by_iam = sql.Identifier(_SIGNED_IN_BY_IAM)
        cursor.execute(sql.SQL("GRANT {} TO {}").format(by_iam, user))
        cursor.execute(_OWNER)
        if fetch_row(cursor)[0] != name:
            database = sql.Identifier(connection.info.dbname)
            # ALTER DATABASE ... OWNER needs membership in the new owner's role.
            cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(user))
            cursor.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, user))
            cursor.execute(sql.SQL("REVOKE {} FROM CURRENT_USER").format(user))
