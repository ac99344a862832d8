using System.Text.Json;
using OrleansCompute.Silo;

namespace OrleansCompute.Cli.Hosting;

/// <summary>What a running server leaves in its data folder so that commands on the same machine find it.</summary>
/// <param name="Address">Address of the REST API.</param>
/// <param name="MqttPort">Port of the MQTT broker.</param>
/// <param name="ProcessId">Process of the server.</param>
internal sealed record ServerFile(Uri Address, int MqttPort, int ProcessId)
{
    private const string FileName = "server.json";

    /// <summary>The folder that `oc up` uses, and that other commands look into, where none is named.</summary>
    public static string DefaultDataFolder => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "orleanscompute");

    /// <summary>Leaves the file for as long as the server runs; disposing takes it away.</summary>
    public static IDisposable Announce(FabricServer server, string dataFolder)
    {
        var path = Path.Combine(dataFolder, FileName);
        var file = new ServerFile(server.HttpAddress, server.MqttEndpoint.Port, Environment.ProcessId);
        File.WriteAllText(path, JsonSerializer.Serialize(file, ServerFileJson.Default.ServerFile));
        return new Announcement(path);
    }

    /// <summary>Null where no server runs on the folder, or the file is not ours.</summary>
    public static ServerFile? Find(string dataFolder)
    {
        var path = Path.Combine(dataFolder, FileName);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllText(path), ServerFileJson.Default.ServerFile) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The operator key that the server left in the folder; null where there is none or it may not be read.</summary>
    public static string? FindOperatorKey(string dataFolder)
    {
        var path = Path.Combine(dataFolder, "keys", "operator.key");
        try
        {
            return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    private sealed class Announcement(string path) : IDisposable
    {
        public void Dispose() => File.Delete(path);
    }
}
