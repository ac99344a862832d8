namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

public interface IWatcher : IGrainObserver
{
    void Seen(string text);
}
