namespace Orleans.Embedded;

/// <summary>A storage in the memory of the embedded cluster. States are copied in and out.</summary>
internal sealed class MemoryGrainStorage(SiloRuntime silo, string name) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var record = Store.Read(stateName, grainId);
        grainState.RecordExists = record is not null;
        grainState.ETag = record?.ETag;
        if (record is not null)
        {
            grainState.State = Copier<T>.Copy((T)record.State!);
        }

        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        grainState.ETag = Store.Write(stateName, grainId, grainState.ETag, Copier<T>.Copy(grainState.State!));
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Store.Clear(stateName, grainId, grainState.ETag);
        grainState.ETag = null;
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }

    private MemoryStore Store => silo.Cluster.Store(name);
}
