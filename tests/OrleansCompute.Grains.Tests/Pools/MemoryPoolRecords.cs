using System.Text.Json;
using Orleans.Storage;
using OrleansCompute.Grains.Pools;

namespace OrleansCompute.Grains.Tests.Pools;

/// <summary>Records as JSON in memory, which several may open; the store may fail, or stop for ever, at any write.</summary>
internal sealed class MemoryPoolRecords
{
    private readonly Dictionary<string, (int Version, string Json)> _stored = new(StringComparer.Ordinal);

    /// <summary>Called before each write; false fails it.</summary>
    public Func<string, bool> Allows { get; set; } = _ => true;

    /// <summary>Awaited by each write once it is stored.</summary>
    public Func<Task> Delay { get; set; } = () => Task.CompletedTask;

    public int Writes { get; private set; }

    public int Bytes { get; private set; }

    public IPoolRecords Open() => new View(this);

    private sealed class View(MemoryPoolRecords store) : IPoolRecords
    {
        private readonly Dictionary<string, int> _versions = new(StringComparer.Ordinal);

        public Task<T> ReadAsync<T>(string name)
            where T : class, new()
        {
            var (version, json) = store._stored.GetValueOrDefault(name);
            _versions[name] = version;
            return Task.FromResult(json is null ? new T() : JsonSerializer.Deserialize<T>(json)!);
        }

        public async Task WriteAsync<T>(string name, T record)
            where T : class, new()
        {
            var json = JsonSerializer.Serialize(record);
            if (!store.Allows(name))
            {
                throw new IOException("the disk is full");
            }

            if (store._stored.GetValueOrDefault(name).Version != _versions[name])
            {
                throw new InconsistentStateException("another one wrote");
            }

            store._stored[name] = (++_versions[name], json);
            store.Writes++;
            store.Bytes += json.Length;
            await store.Delay();
        }
    }
}
