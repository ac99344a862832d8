namespace Orleans.Runtime;

/// <summary>Hears of changes of silo states.</summary>
public interface ISiloStatusListener
{
    /// <summary>A silo changed; called in order, on no particular thread.</summary>
    void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status);
}
