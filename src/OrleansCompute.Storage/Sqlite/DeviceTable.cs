namespace OrleansCompute.Storage.Sqlite;

/// <summary>The ids of devices, shared by telemetry and inferences. The writer's thread only.</summary>
internal static class DeviceTable
{
    public static NameTable<(string Tenant, string Device)> Create() => new(
        "SELECT id FROM device WHERE tenant = ?1 AND name = ?2",
        "INSERT INTO device (tenant, name) VALUES (?1, ?2) RETURNING id",
        static (statement, key) => statement.Bind(1, key.Tenant).Bind(2, key.Device));
}
